/** TBD. */
package org.espalier.framework;
