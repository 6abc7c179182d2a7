package org.espalier.pruning.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.espalier.pruning.Rungs;

/**
 * A way down from all weights to the fewest: on each rung one more goes. What stands on a rung is
 * how many go from each kernel.
 *
 * @param keys for each kernel a number for each of its weights, ascending: those with the lowest go
 *     first, and of equal ones those of the first kernel
 * @param most for each kernel how many may go
 * @param all the numbers of all weights that may go, ascending
 */
record RemovalLadder(List<double[]> keys, int[] most, double[] all) {

  private static RemovalLadder of(List<double[]> keys, int floor) {
    int[] most = keys.stream().mapToInt(k -> Math.max(0, k.length - floor)).toArray();
    double[] all = new double[Math.toIntExact(Arrays.stream(most).asLongStream().sum())];
    int at = 0;
    for (int k = 0; k < most.length; k++) {
      System.arraycopy(keys.get(k), 0, all, at, most[k]);
      at += most[k];
    }
    Arrays.parallelSort(all);
    return new RemovalLadder(keys, most, all);
  }

  /**
   * Of all weights of all kernels together the one with the lowest score is next.
   *
   * @param floor how many stay in each kernel, those with the highest scores
   */
  static RemovalLadder byScore(List<RankedWeights> kernels, int floor) {
    return of(kernels.stream().map(RankedWeights::sorted).toList(), floor);
  }

  /** Every kernel loses the same share of what it has. */
  static RemovalLadder uniform(List<RankedWeights> kernels, int floor) {
    List<double[]> shares = new ArrayList<>();
    for (RankedWeights kernel : kernels) {
      double[] share = new double[kernel.sorted().length];
      Arrays.setAll(share, i -> (i + 1.0) / share.length);
      shares.add(share);
    }
    return of(shares, floor);
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
      int below = RankedWeights.below(own, threshold, most[k]);
      int atThreshold = RankedWeights.below(own, Math.nextUp(threshold), most[k]) - below;
      int taken = Math.min(equal, atThreshold);
      gone[k] = below + taken;
      equal -= taken;
    }
    return gone;
  }

  /** The highest rung that is low enough; the lowest if none is. */
  int[] first(Predicate<int[]> lowEnough) {
    return at(Rungs.first(lowest(), rung -> lowEnough.test(at(rung))));
  }
}
