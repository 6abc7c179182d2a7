package org.espalier.pruning;

/** The widths of all groups, for a level from 0 (nothing goes) to below 1 (as much as can be). */
interface WidthPlan {
  /** Into how many parts a step can be divided; see {@link #between}. */
  int parts();

  Widths at(double level);

  /**
   * Widths move in steps, many groups at once. These are those of the high level for as many parts
   * of the step as given, and those of the low level for the rest.
   */
  Widths between(double low, double high, int parts);
}
