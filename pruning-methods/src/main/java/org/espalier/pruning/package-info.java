/**
 * What to remove from a network. A method is a pure function of evidence and amount; {@link
 * org.espalier.pruning.Pruner} cuts by its answer, and {@link org.espalier.pruning.Prune} is the
 * task that keeps what comes of it. Nothing here opens a session or reads a file itself.
 */
package org.espalier.pruning;
