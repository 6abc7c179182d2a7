package org.espalier.pruning.reconstruction;

import java.util.List;

/**
 * Adds channels one by one, always the one that alone fits best what the chosen ones leave over;
 * then all are fitted anew: the other variant of Luo et al. 2019, "ThiNet: Pruning CNN Filters for
 * a Thinner Net". With several layers the shares of their outputs that are fitted are summed.
 */
final class GreedyAddition {
  /** Of a channel's square, what must be left over for it to say anything new. */
  private static final double NEW = 1e-12;

  private final int channels;
  private final double[] squares;

  /** What is left of the products when the chosen channels are taken out of all others. */
  private final double[] left;

  /** The products with what the chosen ones leave of the outputs. */
  private final double[] open;

  private final double energy;

  private GreedyAddition(ChannelContributions layer) {
    channels = layer.channels();
    left = layer.products().clone();
    open = layer.withOutputs();
    energy = layer.energy();
    squares = new double[channels];
    for (int c = 0; c < channels; c++) {
      squares[c] = left[c * channels + c];
    }
  }

  /**
   * Chooses what stays.
   *
   * @param layers all that read the channels
   * @return so many channels, ascending
   */
  static int[] kept(List<ChannelContributions> layers, int keep) {
    List<GreedyAddition> open = layers.stream().map(GreedyAddition::new).toList();
    int channels = layers.get(0).channels();
    boolean[] chosen = new boolean[channels];
    for (int i = 0; i < keep; i++) {
      int next = -1;
      double most = -1;
      for (int c = 0; c < channels; c++) {
        int channel = c;
        double fits = chosen[c] ? -1 : open.stream().mapToDouble(o -> o.fits(channel)).sum();
        if (fits > most) {
          next = c;
          most = fits;
        }
      }
      chosen[next] = true;
      int choice = next;
      open.forEach(o -> o.take(choice));
    }
    return ChannelContributions.indices(chosen, true);
  }

  /** The share of the outputs' square that the channel with one coefficient takes off. */
  private double fits(int channel) {
    double square = squares[channel];
    return square > 0 && energy > 0 ? open[channel] * open[channel] / square / energy : 0;
  }

  /** One step of elimination: as if all chosen channels were fitted anew. */
  private void take(int channel) {
    double pivot = left[channel * channels + channel];
    if (!(pivot > NEW * squares[channel])) {
      return; // a sum of those chosen before
    }
    double[] row = new double[channels];
    System.arraycopy(left, channel * channels, row, 0, channels);
    double fitted = open[channel] / pivot;
    for (int i = 0; i < channels; i++) {
      open[i] -= row[i] * fitted;
      double share = row[i] / pivot;
      for (int j = 0; j < channels; j++) {
        left[i * channels + j] -= share * row[j];
      }
    }
  }
}
