/**
 * Espalier as a library: {@link org.espalier.Espalier} is the class to start from, everything else
 * is a value that its verbs take or give.
 */
package org.espalier;
