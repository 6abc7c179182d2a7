/**
 * Comparisons: {@link org.espalier.pruning.comparison.Comparison} draws the plan, {@link
 * org.espalier.pruning.comparison.ComparisonFolder} reads what came of it and says what it means.
 */
package org.espalier.pruning.comparison;
