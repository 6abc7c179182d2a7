package org.espalier.pruning.reconstruction;

/**
 * Removes channels one by one, always the one with which all that is removed sums up to the least:
 * Luo et al. 2017, "ThiNet", algorithm 1. With the products of the channels' contributions each
 * step takes time that grows with their number, not with that of the rows.
 */
final class GreedyRemoval {
  private GreedyRemoval() {}

  /**
   * Chooses what stays.
   *
   * @param products sums, over rows, of the products of two channels' contributions, [channels,
   *     channels]
   * @return so many channels, ascending
   */
  static int[] kept(double[] products, int keep) {
    int channels = (int) Math.round(Math.sqrt(products.length));
    boolean[] removed = new boolean[channels];
    double[] withRemoved = new double[channels];
    for (int gone = 0; gone < channels - keep; gone++) {
      int next = -1;
      double least = Double.POSITIVE_INFINITY;
      for (int c = 0; c < channels; c++) {
        // What the square of the sum grows by.
        double grows = products[c * channels + c] + 2 * withRemoved[c];
        if (!removed[c] && grows < least) {
          next = c;
          least = grows;
        }
      }
      removed[next] = true;
      for (int c = 0; c < channels; c++) {
        withRemoved[c] += products[next * channels + c];
      }
    }
    return ChannelContributions.indices(removed, false);
  }
}
