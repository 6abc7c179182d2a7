package org.espalier.pruning.reconstruction;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.espalier.framework.evidence.LayerReader;
import org.espalier.framework.evidence.Look;
import org.espalier.framework.evidence.Moments;
import org.espalier.framework.evidence.Places;
import org.espalier.framework.evidence.Seen;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.rewrites.Cut;

/**
 * Looks at what each channel contributes to single outputs of the layers that read it: Luo et al.
 * 2017, "ThiNet: A Filter Level Pruning Method for Deep Neural Network Compression", section 3.2. A
 * row is a random place of an image and a random output there; both the inputs and the outputs are
 * those of the network as far as it is pruned.
 *
 * @param places of an image
 * @param adds whether channels are added to none, or removed from all
 * @param rescales whether the channels that stay are scaled to make up for the others
 */
public record ContributionReconstruction(Places places, boolean adds, boolean rescales)
    implements Reconstruction {
  private static final float[] NONE = {};

  @Override
  public SoFar step(Reduced group, SoFar now, Consumer<String> notes) {
    List<ChannelContributions> layers = contributions(group, now);
    int[] kept =
        adds
            ? GreedyAddition.kept(layers, group.keep())
            : GreedyRemoval.kept(ChannelContributions.shares(layers), group.keep());
    SoFar cut = now.cut(Cut.Group.of(group.group(), kept));
    for (int i = 0; rescales && i < layers.size(); i++) {
      cut = rescaled(cut, group.layers().get(i), layers.get(i), kept, notes);
    }
    return cut;
  }

  /** What all channels contribute to each of the layers. */
  private List<ChannelContributions> contributions(Reduced group, SoFar now) {
    int channels = group.group().channels();
    List<LayerReader> layers = group.layers();
    List<Moments> moments = new ArrayList<>();
    try {
      layers.forEach(layer -> moments.add(now.original().moments(channels, 0)));
      List<Look> looks = layers.stream().map(LayerReader::inputs).distinct().toList();
      Weights weights = now.silenced();
      now.sample()
          .look(
              group.title(),
              looks,
              places,
              seen -> {
                for (int i = 0; i < layers.size(); i++) {
                  float[] rows = rows(layers.get(i), channels, weights, seen);
                  moments.get(i).add(rows, NONE, rows.length / channels);
                }
              });
      List<ChannelContributions> found = new ArrayList<>();
      for (int i = 0; i < layers.size(); i++) {
        double[] products = moments.get(i).inputProducts();
        LayerProblem.checkFinite(layers.get(i), products);
        found.add(new ChannelContributions(products));
      }
      return found;
    } finally {
      moments.forEach(Moments::close);
    }
  }

  /**
   * For each place the contributions of the channels to a random output. Where a map has fewer
   * places than are asked for, several outputs are drawn at each, at most as many as there are.
   */
  float[] rows(LayerReader layer, int channels, Weights weights, Seen seen) {
    float[] kernel = weights.get(layer.kernel()).values();
    int[] channelAt = layer.channelAt();
    int outputs = layer.outputCount();
    float[] inputs = seen.values(layer.inputs());
    int each = seen.rows(layer.inputs()) / seen.images();
    int draws = Math.min(1 + (places.count() - 1) / each, outputs);
    LayerProblem.checkFits(layer, (long) seen.images() * each * draws * channels);
    int rows = seen.images() * each * draws;
    float[] contributions = new float[rows * channels];
    double[] sums = new double[channels];
    RandomStream random = null;
    for (int row = 0; row < rows; row++) {
      if (row % (each * draws) == 0) {
        String image = Integer.toString(seen.first() + row / (each * draws));
        random = RandomStream.of(places.seed(), "outputs", layer.kernel(), image);
      }
      int output = random.nextInt(outputs);
      int patch = row / draws * channelAt.length;
      Arrays.fill(sums, 0);
      for (int i = 0; i < channelAt.length; i++) {
        if (channelAt[i] >= 0) {
          sums[channelAt[i]] += (double) inputs[patch + i] * kernel[i * outputs + output];
        }
      }
      for (int c = 0; c < channels; c++) {
        contributions[row * channels + c] = (float) sums[c];
      }
    }
    return contributions;
  }

  /** One factor for each channel that stays, by least squares, into the kernel that reads it. */
  private static SoFar rescaled(
      SoFar cut,
      LayerReader layer,
      ChannelContributions contributions,
      int[] kept,
      Consumer<String> notes) {
    int channels = contributions.channels();
    double[] factors = new double[channels];
    Arrays.fill(factors, 1);
    int[] alive =
        Arrays.stream(kept).filter(c -> contributions.products()[c * channels + c] > 0).toArray();
    LeastSquares.Solution found =
        new LeastSquares(contributions.products(), contributions.withOutputs(), factors.clone())
            .solve(alive);
    for (int i = 0; i < alive.length; i++) {
      factors[alive[i]] = found.coefficients()[i];
    }
    if (found.ridged()) {
      notes.accept(singular(layer, "factors"));
    }
    ShapedArray kernel = cut.whole().get(layer.kernel());
    float[] scaled = kernel.values().clone();
    int[] channelAt = layer.channelAt();
    for (int i = 0; i < scaled.length; i++) {
      int channel = channelAt[i / layer.outputCount()];
      if (channel >= 0) {
        scaled[i] = (float) (scaled[i] * factors[channel]);
      }
    }
    return cut.changed(
        Weights.empty().with(layer.kernel(), new ShapedArray(kernel.shape(), scaled)));
  }

  static String singular(LayerReader layer, String what) {
    return String.format(
        Locale.ROOT,
        "the sample does not determine the %s of '%s' (fewer rows than unknowns, or channels that are"
            + " sums of others); of those that fit, the ones nearest to the old were taken",
        what,
        layer.kernel());
  }
}
