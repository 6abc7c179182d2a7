package org.espalier.pruning.reconstruction;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.framework.evidence.LayerReader;
import org.espalier.framework.evidence.Look;
import org.espalier.framework.evidence.Moments;
import org.espalier.framework.evidence.Places;
import org.espalier.framework.evidence.Sample;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.rewrites.Cut;

/**
 * Chooses channels by the LASSO and fits the kernels that read them anew: He et al. 2017, "Channel
 * Pruning for Accelerating Very Deep Neural Networks", section 3. Inputs are those of the network
 * as far as it is pruned, wanted outputs those of the network before.
 */
public final class RegressionReconstruction implements Reconstruction {
  /** Values of a patch; their products take half a gigabyte. */
  static final int LARGEST_PATCH = 8192;

  /** Wanted outputs that are recorded at once: half a gigabyte. */
  private static final long MOST_RECORDED = 1L << 27;

  /** Bytes of sums that are kept at once, of layers that read the same channels: a gigabyte. */
  private static final long MOST_SUMMED = 1L << 30;

  private final Places places;
  private final boolean compensates;
  private WantedOutputs wanted;

  /**
   * @param places of an image
   * @param compensates whether the last layer of a branch makes up for what its shortcut lost
   */
  public RegressionReconstruction(Places places, boolean compensates) {
    this.places = places;
    this.compensates = compensates;
  }

  @Override
  public Optional<String> beyond(LayerReader layer) {
    return layer.patchSize() <= LARGEST_PATCH
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "'%s' reads patches of %d values, and at most %d can be fitted",
                layer.kernel(),
                layer.patchSize(),
                LARGEST_PATCH));
  }

  @Override
  public void begin(List<Reduced> groups, SoFar uncut) {
    wanted =
        new WantedOutputs(uncut.original(), uncut.before(), places, compensates, MOST_RECORDED);
    for (Reduced group : groups) {
      wanted.expect(group.layers());
      if (group.layers().size() > 1) {
        wanted.expect(group.layers()); // to choose, and then to fit
      }
    }
  }

  @Override
  public SoFar step(Reduced group, SoFar now, Consumer<String> notes) {
    List<LayerReader> layers = group.layers();
    if (layers.size() > 1) {
      return shared(group, now, notes);
    }
    LayerReader layer = layers.get(0);
    LayerProblem problem = problems(layers, now, group.title()).get(0);
    int[] kept = kept(group, List.of(contributions(group, layer, problem, now)));
    SoFar cut = now.cut(Cut.Group.of(group.group(), kept));
    return fitted(layer, problem, cut, notes);
  }

  /**
   * Several layers read the channels. They are fitted one by one, each on what those before it now
   * give.
   */
  private SoFar shared(Reduced group, SoFar now, Consumer<String> notes) {
    List<LayerProblem.Contributions> all = new ArrayList<>();
    for (List<LayerReader> part : parts(group.layers(), MOST_SUMMED)) {
      List<LayerProblem> problems = problems(part, now, group.title());
      for (int i = 0; i < part.size(); i++) {
        all.add(contributions(group, part.get(i), problems.get(i), now));
      }
    }
    int[] kept = kept(group, all);
    SoFar cut = now.cut(Cut.Group.of(group.group(), kept));
    for (LayerReader layer : group.layers()) {
      LayerProblem problem = problems(List.of(layer), cut, group.title()).get(0);
      cut = fitted(layer, problem, cut, notes);
    }
    return cut;
  }

  /** The layers in runs whose sums fit into memory together; one that does not, alone. */
  static List<List<LayerReader>> parts(List<LayerReader> layers, long most) {
    List<List<LayerReader>> parts = new ArrayList<>();
    long bytes = 0;
    for (LayerReader layer : layers) {
      long more = Moments.bytes(layer.patchSize(), layer.outputCount());
      if (parts.isEmpty() || bytes + more > most) {
        parts.add(new ArrayList<>());
        bytes = 0;
      }
      parts.get(parts.size() - 1).add(layer);
      bytes += more;
    }
    return parts;
  }

  /** What layers read now, and what they should make of it; seen in one pass. */
  private List<LayerProblem> problems(List<LayerReader> layers, SoFar now, String title) {
    List<float[]> outputs = layers.stream().map(l -> wanted.of(l, title)).toList();
    List<double[]> compensations = layers.stream().map(wanted::compensation).toList();
    List<Look> looks = new ArrayList<>();
    List<Moments> moments = new ArrayList<>();
    try {
      for (LayerReader layer : layers) {
        looks.add(layer.inputs());
        looks.addAll(wanted.looksNow(layer));
        moments.add(now.original().moments(layer.patchSize(), layer.outputCount()));
      }
      now.sample()
          .look(
              title,
              looks.stream().distinct().toList(),
              places,
              seen -> {
                for (int i = 0; i < layers.size(); i++) {
                  LayerReader layer = layers.get(i);
                  float[] y = wanted.less(layer, outputs.get(i), seen, compensations.get(i));
                  moments.get(i).add(seen.values(layer.inputs()), y, seen.rows(layer.inputs()));
                }
              });
      List<LayerProblem> problems = new ArrayList<>();
      for (int i = 0; i < layers.size(); i++) {
        problems.add(new LayerProblem(layers.get(i), moments.get(i)));
      }
      return problems;
    } finally {
      moments.forEach(Moments::close);
    }
  }

  private static LayerProblem.Contributions contributions(
      Reduced group, LayerReader layer, LayerProblem problem, SoFar now) {
    float[] kernel = now.silenced().get(layer.kernel()).values();
    return problem.contributions(
        group.group().channels(), kernel, kernelProducts(layer, kernel, now.original()));
  }

  /** For each two values of a patch, the products of their weights summed over outputs. */
  private static double[] kernelProducts(LayerReader layer, float[] kernel, Sample sample) {
    int n = layer.patchSize();
    int outputs = layer.outputCount();
    float[] turned = new float[kernel.length];
    for (int i = 0; i < n; i++) {
      for (int o = 0; o < outputs; o++) {
        turned[o * n + i] = kernel[i * outputs + o];
      }
    }
    try (Moments moments = sample.moments(n, 0)) {
      moments.add(turned, new float[0], outputs);
      return moments.inputProducts();
    }
  }

  /** Each layer counts by the share of what its channels make together. */
  private static int[] kept(Reduced group, List<LayerProblem.Contributions> layers) {
    int channels = group.group().channels();
    double[] products = new double[channels * channels];
    double[] cross = new double[channels];
    for (LayerProblem.Contributions layer : layers) {
      double share = layer.energy() > 0 ? 1 / layer.energy() : 0;
      for (int i = 0; i < products.length; i++) {
        products[i] += share * layer.products()[i];
      }
      for (int c = 0; c < channels; c++) {
        cross[c] += share * layer.cross()[c];
      }
    }
    return new Lasso(products, cross).largest(group.keep());
  }

  private static SoFar fitted(
      LayerReader layer, LayerProblem problem, SoFar now, Consumer<String> notes) {
    ShapedArray kernel = now.whole().get(layer.kernel());
    LayerProblem.Fit fit = problem.fit(now.left(layer), kernel.values());
    if (fit.ridged()) {
      notes.accept(ContributionReconstruction.singular(layer, "weights"));
    }
    Weights changes =
        Weights.empty().with(layer.kernel(), new ShapedArray(kernel.shape(), fit.kernel()));
    if (layer.intercept().isPresent()) {
      LayerReader.Intercept intercept = layer.intercept().get();
      changes = changes.with(intercept.parameter(), moved(intercept, now.before(), fit));
    }
    return now.changed(changes);
  }

  /**
   * The wanted outputs are those before the bias, so that it is the old bias, of the network
   * before, to which the intercept comes.
   */
  private static ShapedArray moved(
      LayerReader.Intercept intercept, Weights before, LayerProblem.Fit fit) {
    ShapedArray old = before.get(intercept.parameter());
    float[] moved = old.values().clone();
    for (int o = 0; o < moved.length; o++) {
      double by = intercept.subtracted() ? -fit.intercept()[o] : fit.intercept()[o];
      moved[o] = (float) (moved[o] + by);
    }
    return new ShapedArray(old.shape(), moved);
  }
}
