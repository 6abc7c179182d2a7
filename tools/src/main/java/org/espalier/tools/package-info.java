/** TBD. */
package org.espalier.tools;
