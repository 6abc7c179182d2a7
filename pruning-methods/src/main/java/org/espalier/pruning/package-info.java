/** TBD. */
package org.espalier.pruning;
