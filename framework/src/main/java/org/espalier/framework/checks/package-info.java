/**
 * Proofs that two networks compute the same, how long each of them takes, and that a graph is
 * whole.
 */
package org.espalier.framework.checks;
