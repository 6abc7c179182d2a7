package org.espalier.pruning.reconstruction;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What the channels of a group contribute to the outputs of a layer, as sums of products over rows:
 * a row's outputs are the sum of its contributions.
 *
 * @param products [channels, channels]
 */
record ChannelContributions(double[] products) {
  int channels() {
    return (int) Math.round(Math.sqrt(products.length));
  }

  /** For each channel the products with the outputs: with the sum of all. */
  double[] withOutputs() {
    int channels = channels();
    double[] sums = new double[channels];
    for (int i = 0; i < products.length; i++) {
      sums[i / channels] += products[i];
    }
    return sums;
  }

  /** The sum of the outputs' squares. */
  double energy() {
    double energy = 0;
    for (double sum : withOutputs()) {
      energy += sum;
    }
    return energy;
  }

  /** The products of several layers, each as a share of what its outputs sum up to. */
  static double[] shares(List<ChannelContributions> layers) {
    double[] sum = new double[layers.get(0).products().length];
    for (ChannelContributions layer : layers) {
      double energy = layer.energy();
      for (int i = 0; energy > 0 && i < sum.length; i++) {
        sum[i] += layer.products()[i] / energy;
      }
    }
    return sum;
  }

  /** The channels that are marked, or those that are not, ascending. */
  static int[] indices(boolean[] marked, boolean wanted) {
    return IntStream.range(0, marked.length).filter(c -> marked[c] == wanted).toArray();
  }
}
