package org.espalier.fuzz;

/** What became of a mutant. */
enum Outcome {
  /** All that was asked for was done. */
  FINE,
  /** Refused in one clear sentence. */
  REFUSED,
  /** An exception that nobody foresaw. */
  UNEXPECTED,
  TOO_SLOW,
  TOO_MUCH_MEMORY,
  /** The process ended. */
  ABORTED;

  boolean isGood() {
    return this == FINE || this == REFUSED;
  }
}
