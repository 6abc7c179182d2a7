/** Proofs that two networks compute the same, and that a graph is whole. */
package org.espalier.framework.checks;
