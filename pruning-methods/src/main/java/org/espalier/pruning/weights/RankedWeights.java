package org.espalier.pruning.weights;

import java.util.Arrays;
import java.util.Locale;
import org.espalier.graphs.BadInputException;

/**
 * The weights of a kernel in the order in which they go: by rising score, and of equal ones the
 * first comes first. So what goes is exact to the weight.
 *
 * @param scores of all weights of the kernel
 * @param sorted those of the weights that are left, ascending
 */
record RankedWeights(PrunableKernel kernel, double[] scores, double[] sorted) {

  /**
   * @param method for error messages
   */
  static RankedWeights of(PrunableKernel kernel, double[] scores, String method) {
    if (scores.length != kernel.size()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "'%s': expected %d scores of %s, found %d",
              kernel.name(),
              kernel.size(),
              method,
              scores.length));
    }
    double[] left = new double[kernel.count()];
    int at = 0;
    for (int i = 0; i < scores.length; i++) {
      if (kernel.left()[i]) {
        if (!Double.isFinite(scores[i])) {
          throw new BadInputException(
              String.format(
                  Locale.ROOT,
                  "'%s', weight %d: expected a finite %s score, found %s; check the weights",
                  kernel.name(),
                  i,
                  method,
                  scores[i]));
        }
        left[at++] = scores[i] + 0.0; // no negative zero, which sorts apart
      }
    }
    Arrays.parallelSort(left);
    return new RankedWeights(kernel, scores, left);
  }

  /** Whether each weight stays when so many more go. */
  boolean[] without(int gone) {
    boolean[] stays = kernel.left().clone();
    if (gone == 0) {
      return stays;
    }
    double threshold = sorted[gone - 1];
    int equal = gone - below(sorted, threshold, gone);
    for (int i = 0; i < stays.length; i++) {
      if (stays[i] && scores[i] <= threshold) {
        stays[i] = scores[i] == threshold && equal-- <= 0;
      }
    }
    return stays;
  }

  /** How many of the first numbers of a sorted array lie below a bound. */
  static int below(double[] sorted, double bound, int first) {
    int low = 0;
    int high = first;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < bound) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
