/** Measures speed on the machine at hand. */
package org.espalier.commandline.bench;
