/**
 * Methods that mask single weights, on any architecture. One that only has to say how much a weight
 * matters is a {@link org.espalier.pruning.weights.WeightScoringMethod}.
 */
package org.espalier.pruning.weights;
