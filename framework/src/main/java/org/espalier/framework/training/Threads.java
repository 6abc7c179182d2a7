package org.espalier.framework.training;

/**
 * How a session uses the machine. The count decides how an op splits its work, and so the order of
 * its sums: the same count gives the same bits.
 *
 * @param count threads within one op, at least 1
 */
public record Threads(int count) {
  public Threads {
    if (count < 1) {
      throw new IllegalArgumentException("threads must be at least 1, found " + count);
    }
  }

  /** All processors. */
  public static Threads all() {
    return new Threads(Runtime.getRuntime().availableProcessors());
  }
}
