package org.espalier.framework.training;

/**
 * How a session uses the machine. Within an op there may be many threads; ops run one after
 * another, so that the same seed gives the same bits.
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
