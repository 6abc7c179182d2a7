package org.espalier.pruning.reconstruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.espalier.framework.evidence.LayerReader;
import org.espalier.framework.evidence.LayerReaders;
import org.espalier.framework.evidence.Look;
import org.espalier.framework.evidence.Moments;
import org.espalier.framework.evidence.Places;
import org.espalier.framework.evidence.Sample;
import org.espalier.framework.evidence.SampledEvidence;
import org.espalier.framework.evidence.Seen;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.pruning.Trained;
import org.junit.jupiter.api.Test;

class RegressionReconstructionTest {
  /** As many places as the largest maps have, so that nothing is left to chance. */
  private static final Places ALL = new Places(28 * 28, 1);

  private static final int IMAGES = 20;
  private static final String FIRST = "stage1/block1/conv1";
  private static final String SECOND = "stage2/block1/conv1";

  private final Network network = Trained.network("resnet8", 0.25);
  private final SampledEvidence evidence =
      Trained.evidence(new Model(network, network.initialise(1)));
  private final Counting sample = new Counting(evidence.sample(IMAGES, 1), new int[1]);
  private final SoFar uncut = SoFar.uncut(evidence.analysis(), sample, evidence.weights());
  private final List<String> notes = new ArrayList<>();

  /** A sample that counts how often the uncut network is run. */
  private record Counting(Sample inner, int[] passes) implements Sample {
    @Override
    public int images() {
      return inner.images();
    }

    @Override
    public List<String> notes() {
      return inner.notes();
    }

    @Override
    public Sample with(Weights weights) {
      return inner.with(weights);
    }

    @Override
    public void look(String what, List<Look> looks, Places places, Consumer<Seen> each) {
      passes[0]++;
      inner.look(what, looks, places, each);
    }

    @Override
    public Moments moments(int inputs, int outputs) {
      return inner.moments(inputs, outputs);
    }

    @Override
    public void activations(List<TensorRef> tensors, Consumer<Map<TensorRef, ShapedArray>> each) {
      inner.activations(tensors, each);
    }

    @Override
    public void gradients(
        List<TensorRef> tensors,
        BiConsumer<Map<TensorRef, ShapedArray>, Map<TensorRef, ShapedArray>> each) {
      inner.gradients(tensors, each);
    }

    @Override
    public Weights gradients() {
      return inner.gradients();
    }

    @Override
    public Weights squaredSlopes(int probes, long seed) {
      return inner.squaredSlopes(probes, seed);
    }
  }

  private ChannelGroup group(String id) {
    return evidence.analysis().groups().stream()
        .filter(g -> g.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private Reconstruction.Reduced reduced(String id, int keep) {
    ChannelGroup group = group(id);
    return new Reconstruction.Reduced(
        group, new LayerReaders(evidence.analysis()).of(group), keep, "test");
  }

  private SoFar step(SoFar now, Reconstruction.Reduced group, boolean compensates) {
    RegressionReconstruction regression = new RegressionReconstruction(ALL, compensates);
    regression.begin(List.of(group), uncut);
    return regression.step(group, now, notes::add);
  }

  /** The mean square of what a tensor differs by from that of the uncut network. */
  private double error(SoFar now, String tensor) {
    TensorRef ref = TensorRef.of(tensor);
    float[] expected = values(evidence.weights(), ref);
    float[] found = values(now.silenced(), ref);
    double sum = 0;
    for (int i = 0; i < found.length; i++) {
      sum += Math.pow((double) found[i] - expected[i], 2);
    }
    return sum / found.length;
  }

  private float[] values(Weights weights, TensorRef ref) {
    float[][] values = new float[1][];
    sample.with(weights).activations(List.of(ref), batch -> values[0] = batch.get(ref).values());
    return values[0];
  }

  @Test
  void withAllChannelsNothingChanges() {
    for (boolean compensates : new boolean[] {true, false}) {
      SoFar whole = step(uncut, reduced(FIRST, group(FIRST).channels()), compensates);
      String kernel = "stage1/block1/conv2/kernel";
      assertThat(whole.changes().names()).containsExactly(kernel, "stage1/block1/conv2/bn/mean");
      float[] before = evidence.weights().get(kernel).values();
      float[] after = whole.changes().get(kernel).values();
      for (int i = 0; i < before.length; i++) {
        assertThat(after[i]).isCloseTo(before[i], within(1e-4f));
      }
      for (float mean : whole.changes().get("stage1/block1/conv2/bn/mean").values()) {
        assertThat(mean).isCloseTo(0f, within(1e-4f));
      }
      assertThat(notes).isEmpty();
    }
  }

  /** The first group without repair: what the layers behind it read is wrong from then on. */
  private SoFar damaged() {
    return uncut.cut(Cut.Group.of(group(FIRST), new int[] {0}));
  }

  /** Wanted outputs are those before the cut, not those that the damaged network makes. */
  @Test
  void errorsFromBeforeAreTakenOff() {
    SoFar damaged = damaged();
    int all = group(SECOND).channels();
    String made = "stage2/block1/conv2/bn";
    double before = error(damaged, made);
    double after = error(step(damaged, reduced(SECOND, all), false), made);
    assertThat(before).isPositive();
    assertThat(after).isLessThan(0.9 * before);
  }

  /** Of all places of the sample, so that the fit that looks at the sum is the best for it. */
  @Test
  void aBranchMakesUpForItsShortcut() {
    SoFar damaged = damaged();
    String sum = "stage2/block1/sum";
    for (int keep : new int[] {4, group(SECOND).channels()}) {
      double without = error(step(damaged, reduced(SECOND, keep), false), sum);
      double with = error(step(damaged, reduced(SECOND, keep), true), sum);
      assertThat(with).isLessThan(0.9 * without);
    }
  }

  /** What is wanted is counted from the network before, however often a kernel is fitted. */
  @Test
  void fittingAgainChangesNothing() {
    int all = group(SECOND).channels();
    SoFar once = step(damaged(), reduced(SECOND, all), true);
    SoFar twice = step(once, reduced(SECOND, all), true);
    String mean = "stage2/block1/conv2/bn/mean";
    float[] moved = once.changes().get(mean).values();
    assertThat(Math.abs(moved[0])).isGreaterThan(1e-3f);
    for (String name : List.of("stage2/block1/conv2/kernel", mean)) {
      float[] first = once.changes().get(name).values();
      float[] second = twice.changes().get(name).values();
      for (int i = 0; i < first.length; i++) {
        assertThat(second[i]).isCloseTo(first[i], within(1e-4f));
      }
    }
  }

  /** An output that counts for nothing in the sum cannot make up for it. */
  @Test
  void whatIsMissingIsCountedInOutputs() {
    LayerReader layer = reduced(FIRST, 1).layers().get(0);
    String scale = "stage1/block1/conv2/bn/scale";
    Weights weights =
        evidence
            .weights()
            .with(
                scale,
                new ShapedArray(
                    network.parameter(scale).shape(), new float[] {2, -0.5f, 1e-4f, 0}));
    double[] found = new WantedOutputs(sample, weights, ALL, true, 1).compensation(layer);
    double deviation = Math.sqrt(1 + 1e-5);
    assertThat(found)
        .containsExactly(new double[] {0.5 * deviation, -2 * deviation, 0, 0}, within(1e-9));
    LayerReader plain = reduced(FIRST, 1).layers().get(0);
    assertThat(new WantedOutputs(sample, weights, ALL, false, 1).looksNow(plain)).isEmpty();
  }

  /** Of a layer that reads several groups, what went before with another group is gone too. */
  @Test
  void whatAnotherGroupLostIsGone() {
    Network dense = Trained.network("densenet7", 0.5);
    SampledEvidence seen = Trained.evidence(new Model(dense, dense.initialise(1)));
    SoFar now = SoFar.uncut(seen.analysis(), seen.sample(2, 1), seen.weights());
    LayerReaders readers = new LayerReaders(seen.analysis());
    LayerReader both = null;
    LayerReader same = null;
    ChannelGroup first = null;
    for (ChannelGroup group : seen.analysis().prunable()) {
      for (LayerReader layer : readers.of(group)) {
        boolean again = both != null && layer.kernel().equals(both.kernel());
        if (again && first == null) {
          first = group;
          same = layer;
        }
        boolean shares = IntStream.of(layer.channelAt()).anyMatch(c -> c < 0);
        both = both == null && shares ? layer : both;
      }
    }
    assertThat(now.left(both)).doesNotContain(false);
    boolean[] left = now.cut(Cut.Group.of(first, new int[] {0})).left(both);
    for (int i = 0; i < left.length; i++) {
      assertThat(left[i]).isEqualTo(same.channelAt()[i] <= 0);
    }
  }

  /** An output whose batch norm scales it down to nothing would have to make up without end. */
  @Test
  void outputsThatHardlyCountForTheSumMakeUpForNothing() {
    LayerReader layer = reduced(SECOND, 1).layers().get(0);
    LayerReader.Norm norm = layer.shortcut().orElseThrow().norm().orElseThrow();
    float[] ones = new float[layer.outputCount()];
    Arrays.fill(ones, 1);
    float[] scales = ones.clone();
    scales[0] = 1.1e-3f;
    scales[1] = -1.1e-3f;
    scales[2] = 0.9e-3f;
    Shape shape = Shape.of(ones.length);
    Weights scaled =
        evidence
            .weights()
            .with(norm.variance(), new ShapedArray(shape, ones))
            .with(norm.scale(), new ShapedArray(shape, scales));
    double[] compensation = new WantedOutputs(sample, scaled, ALL, true, 1).compensation(layer);
    double deviation = Math.sqrt(1 + (double) norm.epsilon());
    assertThat(Arrays.copyOf(compensation, 4))
        .containsExactly(
            new double[] {deviation / 1.1e-3f, -deviation / 1.1e-3f, 0, deviation}, within(1e-6));
  }

  /** A residual trunk is read by several layers; they are looked at together if they fit. */
  @Test
  void layersOfOneGroupAreSeenTogether() {
    ChannelGroup trunk =
        evidence.analysis().prunable().stream()
            .filter(g -> g.members(Member.Role.CONSUMER).size() > 2)
            .findFirst()
            .orElseThrow();
    List<LayerReader> layers = new LayerReaders(evidence.analysis()).of(trunk);
    long all = layers.stream().mapToLong(l -> Moments.bytes(l.patchSize(), l.outputCount())).sum();
    assertThat(RegressionReconstruction.parts(layers, all)).containsExactly(layers);
    List<List<LayerReader>> two = RegressionReconstruction.parts(layers, all - 1);
    int last = layers.size() - 1;
    assertThat(two).containsExactly(layers.subList(0, last), layers.subList(last, last + 1));
    assertThat(RegressionReconstruction.parts(layers, 1)).hasSize(layers.size());
  }

  /** The contributions of all channels to an output are that output. */
  @Test
  void contributionsSumUpToARandomOutput() {
    LayerReader layer = reduced(SECOND, 1).layers().get(0);
    ContributionReconstruction thinet =
        new ContributionReconstruction(new Places(5, 1), false, true);
    int channels = group(SECOND).channels();
    int outputs = layer.outputCount();
    TreeSet<Integer> seenOutputs = new TreeSet<>();
    sample.look(
        "test",
        List.of(layer.inputs(), layer.outputs()),
        new Places(5, 1),
        seen -> {
          float[] rows = thinet.rows(layer, channels, evidence.weights(), seen);
          float[] made = seen.values(layer.outputs());
          assertThat(rows).hasSize(5 * IMAGES * channels);
          for (int row = 0; row < 5 * IMAGES; row++) {
            double sum = 0;
            for (int c = 0; c < channels; c++) {
              sum += rows[row * channels + c];
            }
            int at = row * outputs;
            int nearest = 0;
            for (int o = 1; o < outputs; o++) {
              boolean nearer = Math.abs(made[at + o] - sum) < Math.abs(made[at + nearest] - sum);
              nearest = nearer ? o : nearest;
            }
            assertThat((double) made[at + nearest]).isCloseTo(sum, within(1e-4));
            seenOutputs.add(nearest);
          }
        });
    assertThat(seenOutputs).hasSize(outputs);
  }

  /** Of 7x7 places 100 rows and more are three outputs at each, whatever batches there are. */
  @Test
  void whereAMapIsSmallSeveralOutputsAreDrawnAtEachPlace() {
    String id = "stage3/block1/conv1";
    LayerReader layer = reduced(id, 1).layers().get(0);
    Places places = new Places(100, 1);
    ContributionReconstruction thinet = new ContributionReconstruction(places, false, true);
    int channels = group(id).channels();
    int each = 49 * 3 * channels;
    sample.look(
        "test",
        List.of(layer.inputs()),
        places,
        seen -> {
          float[] rows = thinet.rows(layer, channels, evidence.weights(), seen);
          assertThat(rows).hasSize(each * IMAGES);
          int patches = 49 * layer.patchSize();
          float[] sixth = Arrays.copyOfRange(seen.values(layer.inputs()), 5 * patches, 6 * patches);
          Seen alone =
              new Seen(
                  5,
                  1,
                  Map.of(layer.inputs(), new ShapedArray(Shape.of(49, layer.patchSize()), sixth)));
          assertThat(thinet.rows(layer, channels, evidence.weights(), alone))
              .containsExactly(Arrays.copyOfRange(rows, 5 * each, 6 * each));
          ContributionReconstruction most =
              new ContributionReconstruction(new Places(1_000_000_000, 1), false, true);
          assertThat(most.rows(layer, channels, evidence.weights(), seen))
              .hasSize(49 * layer.outputCount() * channels * IMAGES);
          assertThat(row(rows, 1, channels))
              .as("an output more")
              .isNotEqualTo(row(rows, 0, channels));
        });
  }

  private static float[] row(float[] rows, int row, int channels) {
    return Arrays.copyOfRange(rows, row * channels, (row + 1) * channels);
  }

  /** Without the copies of channels that are left, what stays is fitted on its rows exactly. */
  @Test
  void theFitIsTheLeastOfAllKernels() {
    Reconstruction.Reduced group = reduced(FIRST, 2);
    SoFar cut = step(uncut, group, false);
    String made = "stage1/block1/conv2";
    String mean = "stage1/block1/conv2/bn/mean";
    String normed = made + "/bn";
    double best = error(cut, normed);
    String kernel = made + "/kernel";
    int[] kept = cut.cuts().get(0).kept().stream().mapToInt(Integer::intValue).toArray();
    int outputs = network.parameter(kernel).shape().last();
    for (int at : new int[] {kept[0] * outputs, (4 * 4 + kept[1]) * outputs + 1}) {
      for (float by : new float[] {0.02f, -0.02f}) {
        assertThat(error(cut.changed(moved(cut, kernel, at, by)), normed)).isGreaterThan(best);
      }
    }
    assertThat(error(cut.changed(moved(cut, mean, 1, 0.02f)), normed)).isGreaterThan(best);
    assertThat(error(cut.changed(moved(cut, mean, 1, -0.02f)), normed)).isGreaterThan(best);
  }

  private static Weights moved(SoFar now, String parameter, int at, float by) {
    ShapedArray old = now.whole().get(parameter);
    float[] values = old.values().clone();
    values[at] += by;
    return Weights.empty().with(parameter, new ShapedArray(old.shape(), values));
  }

  /** The sums for the LASSO are those of the contributions themselves. */
  @Test
  void contributionsAreThoseOfTheRows() {
    Reconstruction.Reduced group = reduced(SECOND, 3);
    LayerReader layer = group.layers().get(0);
    Places few = new Places(3, 1);
    float[] kernel = evidence.weights().get(layer.kernel()).values();
    int n = layer.patchSize();
    int outputs = layer.outputCount();
    int channels = group.group().channels();
    List<float[]> x = new ArrayList<>();
    List<float[]> y = new ArrayList<>();
    LayerProblem.Contributions found;
    float[] turned = new float[kernel.length];
    for (int i = 0; i < kernel.length; i++) {
      turned[i % outputs * n + i / outputs] = kernel[i];
    }
    try (Moments moments = sample.moments(n, outputs);
        Moments weights = sample.moments(n, 0)) {
      sample.look(
          "test",
          List.of(layer.inputs(), layer.outputs()),
          few,
          seen -> {
            float[] inputs = seen.values(layer.inputs());
            float[] made = seen.values(layer.outputs());
            moments.add(inputs, made, seen.rows(layer.inputs()));
            x.add(inputs);
            y.add(made);
          });
      assertThat(moments.rows()).isEqualTo(3L * IMAGES);
      weights.add(turned, new float[0], outputs);
      found =
          new LayerProblem(layer, moments).contributions(channels, kernel, weights.inputProducts());
    }
    int rows = 3 * IMAGES;
    float[] inputs = x.get(0);
    double[][] z = new double[channels][rows * outputs];
    double[] wanted = new double[rows * outputs];
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < outputs; o++) {
        wanted[o * rows + r] = y.get(0)[r * outputs + o];
        for (int i = 0; i < n; i++) {
          z[layer.channelAt()[i]][o * rows + r] +=
              (double) inputs[r * n + i] * kernel[i * outputs + o];
        }
      }
    }
    centre(wanted, rows);
    Arrays.stream(z).forEach(column -> centre(column, rows));
    for (int c = 0; c < channels; c++) {
      assertThat(found.cross()[c]).isCloseTo(product(z[c], wanted), within(1e-4));
      for (int d = 0; d < channels; d++) {
        assertThat(found.products()[c * channels + d]).isCloseTo(product(z[c], z[d]), within(1e-4));
      }
    }
    assertThat(found.energy()).isCloseTo(Arrays.stream(found.products()).sum(), within(1e-4));
    assertThat(product(wanted, wanted)).as("all of it").isCloseTo(found.energy(), within(1e-2));
  }

  /** From its mean, what never varies is nothing, on either side of a product. */
  @Test
  void whatNeverVariesContributesNothing() {
    Reconstruction.Reduced group = reduced(SECOND, 3);
    LayerReader layer = group.layers().get(0);
    int n = layer.patchSize();
    int outputs = layer.outputCount();
    int channels = group.group().channels();
    int rows = 50;
    RandomStream random = RandomStream.root(3);
    float[] inputs = new float[rows * n];
    float[] made = new float[rows * outputs];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = layer.channelAt()[i % n] == 1 ? 3.3f : (float) random.nextGaussian();
    }
    for (int i = 0; i < made.length; i++) {
      made[i] = (float) random.nextGaussian();
    }
    float[] kernel = evidence.weights().get(layer.kernel()).values();
    double[] alike = new double[n * n];
    Arrays.fill(alike, 1);
    try (Moments moments = sample.moments(n, outputs)) {
      moments.add(inputs, made, rows);
      LayerProblem.Contributions found =
          new LayerProblem(layer, moments).contributions(channels, kernel, alike);
      assertThat(found.cross()[1]).isZero();
      assertThat(found.cross()[0]).isNotZero();
      for (int c = 0; c < channels; c++) {
        assertThat(found.products()[channels + c]).isZero();
        assertThat(found.products()[c * channels + 1]).isZero();
        assertThat(found.products()[c * channels + c] != 0).isEqualTo(c != 1);
      }
    }
  }

  /** As many as an array holds, and not one more. */
  @Test
  void whatNoArrayHoldsIsRefused() {
    LayerReader layer = reduced(FIRST, 1).layers().get(0);
    LayerProblem.checkFits(layer, Integer.MAX_VALUE - 8L);
    assertThatThrownBy(() -> LayerProblem.checkFits(layer, Integer.MAX_VALUE - 7L))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "2147483640 values at the places around 'stage1/block1/conv2/kernel' do not fit into"
                + " memory; give fewer images or positions");
  }

  /** Each output from its mean over the rows. */
  private static void centre(double[] values, int rows) {
    for (int from = 0; from < values.length; from += rows) {
      double mean = Arrays.stream(values, from, from + rows).average().orElseThrow();
      for (int r = from; r < from + rows; r++) {
        values[r] -= mean;
      }
    }
  }

  private static double product(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
  }

  /** The uncut network is run once for all groups if what it makes can be kept. */
  @Test
  void whatLayersMadeIsRecordedOnce() {
    List<LayerReader> layers = new ArrayList<>();
    for (String id : List.of(FIRST, SECOND, "stage3/block1/conv1")) {
      layers.addAll(reduced(id, 1).layers());
    }
    Places few = new Places(2, 1);
    WantedOutputs enough = new WantedOutputs(sample, evidence.weights(), few, true, 10_000);
    enough.expect(layers);
    layers.forEach(
        layer -> assertThat(enough.of(layer, "test")).hasSize(2 * IMAGES * layer.outputCount()));
    assertThat(sample.passes()[0]).isEqualTo(1);
    assertThat(enough.held()).isEqualTo(3);
    // Room for the first two, of 4 and 8 outputs at 40 places.
    WantedOutputs two = new WantedOutputs(sample, evidence.weights(), few, true, 480);
    two.expect(layers);
    for (int i = 0; i < 3; i++) {
      assertThat(two.of(layers.get(i), "test")).containsExactly(enough.of(layers.get(i), "test"));
    }
    assertThat(sample.passes()[0]).isEqualTo(3);
    WantedOutputs one = new WantedOutputs(sample, evidence.weights(), few, true, 479);
    one.expect(layers);
    layers.forEach(layer -> one.of(layer, "test"));
    assertThat(sample.passes()[0]).isEqualTo(6);
    assertThat(one.held()).isEqualTo(1);
    layers.forEach(layer -> one.of(layer, "test"));
    assertThat(sample.passes()[0]).as("out of order").isGreaterThan(6);
  }
}
