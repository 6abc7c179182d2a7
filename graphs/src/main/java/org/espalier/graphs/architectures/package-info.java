/** The networks of the paper, as recipes that build a {@code Network}. */
package org.espalier.graphs.architectures;
