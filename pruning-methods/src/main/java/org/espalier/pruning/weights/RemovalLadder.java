package org.espalier.pruning.weights;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * A way down from all weights to the fewest: on each rung one more goes. What stands on a rung is
 * how many go from each kernel.
 *
 * @param keys for each kernel a number for each of its weights that may go, ascending: those with
 *     the lowest go first, and of equal ones those of the first kernel
 * @param all the same of all kernels together, ascending
 */
record RemovalLadder(List<double[]> keys, double[] all) {

  private static RemovalLadder of(List<double[]> keys) {
    double[] all = new double[Math.toIntExact(keys.stream().mapToLong(k -> k.length).sum())];
    int at = 0;
    for (double[] k : keys) {
      System.arraycopy(k, 0, all, at, k.length);
      at += k.length;
    }
    Arrays.parallelSort(all);
    return new RemovalLadder(keys, all);
  }

  /**
   * Of all weights of all kernels together the one with the lowest score is next.
   *
   * @param floor how many stay in each kernel, those with the highest scores
   */
  static RemovalLadder byScore(List<RankedWeights> kernels, int floor) {
    return of(
        kernels.stream()
            .map(k -> Arrays.copyOf(k.sorted(), Math.max(0, k.sorted().length - floor)))
            .toList());
  }

  /** Every kernel loses the same share of what it has. */
  static RemovalLadder uniform(List<RankedWeights> kernels, int floor) {
    return of(
        kernels.stream()
            .map(
                k -> {
                  double[] shares = new double[Math.max(0, k.sorted().length - floor)];
                  Arrays.setAll(shares, i -> (i + 1.0) / k.sorted().length);
                  return shares;
                })
            .toList());
  }

  /** The lowest rung, where as many are gone as can be. The highest is 0. */
  int lowest() {
    return all.length;
  }

  /** How many weights of each kernel are gone on a rung. */
  int[] at(int rung) {
    int[] gone = new int[keys.size()];
    if (rung == 0) {
      return gone;
    }
    double threshold = all[rung - 1];
    int equal = rung - RankedWeights.below(all, threshold, rung);
    for (int k = 0; k < gone.length; k++) {
      double[] own = keys.get(k);
      int below = RankedWeights.below(own, threshold, own.length);
      int atThreshold = RankedWeights.below(own, Math.nextUp(threshold), own.length) - below;
      int taken = Math.min(equal, atThreshold);
      gone[k] = below + taken;
      equal -= taken;
    }
    return gone;
  }

  /** The highest rung that is low enough; the lowest if none is. */
  int[] first(Predicate<int[]> lowEnough) {
    int low = 0;
    int high = lowest();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (lowEnough.test(at(middle))) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return at(high);
  }
}
