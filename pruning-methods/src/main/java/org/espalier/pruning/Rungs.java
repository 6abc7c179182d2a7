package org.espalier.pruning;

import java.util.function.IntPredicate;

/** Finds the rung of a ladder on which a target is met first. Each next rung keeps less. */
public final class Rungs {
  private Rungs() {}

  /**
   * The highest rung that is low enough; the lowest if none is.
   *
   * @param lowest where as much is gone as can be; the highest is 0
   * @param lowEnough false on some rungs from 0 on, true on all below
   */
  public static int first(int lowest, IntPredicate lowEnough) {
    int low = 0;
    int high = lowest;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (lowEnough.test(middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return high;
  }
}
