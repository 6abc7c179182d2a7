package org.espalier.pruning.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.Images;
import org.espalier.framework.evidence.Evidence;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.training.Evaluator;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.UsageException;
import org.espalier.pruning.Amount;
import org.espalier.pruning.Decision;
import org.espalier.pruning.Limits;
import org.espalier.pruning.Pruning;
import org.espalier.pruning.PruningMethod;
import org.espalier.pruning.comparison.TinyComparison;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/** LAMP, SNIP, random masks and n:m. */
class OtherMasksTest {
  private final Model model = Small.model(Small.resNet());
  private final Dataset data = TinyComparison.data();

  private List<PrunableKernel> kernels(KernelKind kinds) {
    return PrunableKernel.all(model, kinds);
  }

  @Test
  void lampIsTheDefinitionOfThePaper() {
    List<PrunableKernel> kernels = kernels(KernelKind.ALL);
    List<double[]> scores = new Lamp(KernelKind.ALL).scores(kernels, null);
    for (int k = 0; k < kernels.size(); k++) {
      float[] w = kernels.get(k).weights();
      double largest = 0;
      for (int u = 0; u < w.length; u++) {
        double sum = 0;
        for (float v : w) {
          sum += Math.abs(v) >= Math.abs(w[u]) ? (double) v * v : 0;
        }
        assertThat(scores.get(k)[u]).isCloseTo(w[u] * w[u] / sum, within(1e-6));
        largest = Math.max(largest, scores.get(k)[u]);
      }
      assertThat(largest).isEqualTo(1);
    }
  }

  /** Equal weights share: of two the first counts both, the second itself. */
  @Test
  void lampTellsEqualWeightsApart() {
    ShapedArray even = ShapedArray.filled(model.weights().get("stem/kernel").shape(), -2f);
    Model flat = new Model(model.network(), model.weights().with("stem/kernel", even));
    double[] scores =
        new Lamp(KernelKind.CONV).scores(PrunableKernel.all(flat, KernelKind.CONV), null).get(0);
    for (int i = 0; i < 18; i++) {
      assertThat(scores[i]).isCloseTo(1.0 / (18 - i), within(1e-12));
    }
  }

  @Test
  void lampOfOneKernelIsRefused() {
    assertThatThrownBy(() -> Small.prune(new Lamp(KernelKind.CONV), model, Amount.ratio(0.5)))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "lamp ranks the weights of all kernels together: within one it is magnitude; give scope"
                + " global");
  }

  private double loss(String kernel, int at, double factor) {
    float[] changed = model.weights().get(kernel).values().clone();
    changed[at] *= (float) factor;
    Shape shape = model.weights().get(kernel).shape();
    Model moved =
        new Model(model.network(), model.weights().with(kernel, new ShapedArray(shape, changed)));
    Images seen = data.train().sample(40, RandomStream.of(1, "sample"));
    return Evaluator.score(moved, seen, data.normalisation(), 40, Machine.threads(1)).loss();
  }

  /** The slope of the loss when a weight is scaled, by central differences. */
  @Test
  void snipIsTheSlopeOfTheLossWhenAWeightIsScaled() {
    Snip snip = new Snip(KernelKind.ALL, 40, 1);
    List<PrunableKernel> kernels = kernels(KernelKind.ALL);
    List<double[]> scores = snip.scores(kernels, Small.evidence(model, data));
    double step = 0.05;
    for (int k = 0; k < kernels.size(); k += 3) {
      double[] own = scores.get(k);
      int most = 0;
      for (int i = 0; i < own.length; i++) {
        most = own[i] > own[most] ? i : most;
      }
      for (int at : new int[] {most, own.length / 2}) {
        String name = kernels.get(k).name();
        double slope = (loss(name, at, 1 + step) - loss(name, at, 1 - step)) / (2 * step);
        assertThat(own[at]).as(name).isCloseTo(Math.abs(slope), within(2e-4 + 0.02 * own[at]));
      }
      assertThat(own[most]).isPositive();
    }
    Snip other = new Snip(KernelKind.ALL, 40, 2);
    assertThat(other.scores(kernels, Small.evidence(model, data)).get(0))
        .isNotEqualTo(scores.get(0));
  }

  @Test
  void snipMasksTheLowestProducts() {
    Snip snip = new Snip(KernelKind.CONV, 40, 1);
    Decision decision = Small.prune(snip, model, Small.globally(0.8), data);
    List<PrunableKernel> kernels = kernels(KernelKind.CONV);
    List<double[]> scores = snip.scores(kernels, Small.evidence(model, data));
    double[] all = scores.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
    double threshold = all[(int) (all.length * 0.8)];
    for (int k = 0; k < kernels.size(); k++) {
      for (int i : Small.kept(decision.after().masks().get(kernels.get(k).name()))) {
        assertThat(scores.get(k)[i]).isGreaterThanOrEqualTo(threshold);
      }
    }
    assertThat(Small.total(decision.after())).isEqualTo(all.length - (int) (all.length * 0.8));
    assertThatThrownBy(() -> Small.prune(snip, model, Small.globally(0.8)))
        .isInstanceOf(UsageException.class)
        .hasMessage("this pruning method looks at images, and no data set was given; give dataset");
    assertThatThrownBy(() -> new Snip(KernelKind.CONV, 0, 1)).isInstanceOf(UsageException.class);
  }

  @Test
  void randomMasksHaveTheCountsOfTheMethodThatTheyControl() {
    for (WeightScoringMethod like :
        List.of(new Magnitude(KernelKind.CONV), new Lamp(KernelKind.ALL))) {
      Amount amount = Small.globally(0.7);
      Model other = Small.prune(like, model, amount).after();
      Model first = Small.prune(new RandomWeights(1, like), model, amount).after();
      Model again = Small.prune(new RandomWeights(1, like), model, amount).after();
      Model second = Small.prune(new RandomWeights(2, like), model, amount).after();
      assertThat(Small.left(first)).isEqualTo(Small.left(other)).isEqualTo(Small.left(second));
      assertThat(first.weights()).isEqualTo(again.weights());
      assertThat(first.masks()).isNotEqualTo(second.masks()).isNotEqualTo(other.masks());
    }
    Amount local = Amount.ratio(0.5);
    Magnitude magnitude = new Magnitude(KernelKind.CONV);
    Model drawn = Small.prune(new RandomWeights(1, magnitude), model, local).after();
    assertThat(Small.left(drawn))
        .isEqualTo(Small.left(Small.prune(magnitude, model, local).after()));
    Model more = Small.prune(new RandomWeights(5, magnitude), drawn, local).after();
    Small.assertNested(more, drawn);
    assertThat(Small.total(more)).isLessThan(Small.total(drawn));
  }

  /** Every weight is as likely to stay as any other. */
  @Test
  void randomMasksAreEven() {
    RandomWeights drawn = new RandomWeights(1, new Magnitude(KernelKind.CONV));
    int[] stays = new int[18];
    int seeds = 400;
    for (long seed = 1; seed <= seeds; seed++) {
      Model masked =
          Small.prune(
                  new RandomWeights(seed, drawn.like()), model, Amount.ratios(Map.of("stem", 0.5)))
              .after();
      Small.kept(masked.masks().get("stem/kernel")).forEach(i -> stays[i]++);
    }
    for (int count : stays) { // 200 expected, standard deviation 10
      assertThat(count).isBetween(150, 250);
    }
  }

  private static int[] largest(float[] w, int[] block, int n) {
    return Arrays.stream(block)
        .boxed()
        .sorted((a, b) -> Float.compare(Math.abs(w[b]), Math.abs(w[a])))
        .limit(n)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** The control for a method that looks at a sample has its sample. */
  @Test
  void aControlDrawsWithTheMethodWhoseControlItIs() {
    PruningMethod control = new RandomWeights(1, new Snip(KernelKind.CONV, 128, 1));
    assertThat(control.drawingBy(7))
        .isEqualTo(new RandomWeights(7, new Snip(KernelKind.CONV, 128, 7)));
  }

  /** In each block along the input channels, for each place and output, exactly the n largest. */
  @Test
  void nOfMKeepsTheLargestOfEachBlock() {
    Network network = Pruning.narrow("vgg11", 0.125); // 8, 16, 32, … channels
    Model wide = Small.model(network);
    for (int[] pattern : new int[][] {{2, 4}, {1, 4}, {4, 8}}) {
      int n = pattern[0];
      int m = pattern[1];
      Decision decision =
          Small.prune(new NOfM(m, KernelKind.ALL), wide, Amount.ratio(1 - (double) n / m));
      assertThat(decision.notes())
          .containsExactly(
              "stay as they are, for their input channels are no multiple of "
                  + m
                  + " or not known: conv1/kernel");
      Map<String, ShapedArray> masks = decision.after().masks();
      assertThat(masks).hasSize(network.parameters(ParameterKind::isKernel).size() - 1);
      masks.forEach(
          (name, mask) -> {
            float[] w = wide.weights().get(name).values();
            Shape shape = mask.shape();
            int out = shape.last();
            int in = shape.dim(shape.rank() - 2);
            Set<Integer> kept = new HashSet<>(Small.kept(mask));
            Set<Integer> expected = new HashSet<>();
            for (int place = 0; place < w.length / (in * out); place++) {
              for (int o = 0; o < out; o++) {
                for (int c = 0; c < in; c += m) {
                  int[] block = new int[m];
                  for (int i = 0; i < m; i++) {
                    block[i] = (place * in + c + i) * out + o;
                  }
                  for (int i : largest(w, block, n)) {
                    expected.add(i);
                  }
                }
              }
            }
            assertThat(kept).as(name).isEqualTo(expected);
          });
    }
  }

  /** Outputs come first in the kernel of a transposed convolution: 6 of them, 4 inputs. */
  @Test
  void blocksLieAlongTheInputsOfATransposedConvolution() {
    GraphBuilder b = new GraphBuilder();
    String images =
        b.placeholder(Network.IMAGES, DataType.DT_FLOAT, Shape.of(Shape.UNKNOWN, 6, 6, 4));
    Parameter kernel =
        new Parameter(
            "up/kernel", Shape.of(2, 2, 6, 4), ParameterKind.CONV_KERNEL, new Initializer.He(true));
    String size = b.constant("size", Shape.of(4), 1, 12, 12, 6);
    Map<String, AttrValue> attributes =
        Map.of(
            "T",
            Attributes.type(DataType.DT_FLOAT),
            "strides",
            Attributes.numbers(1, 2, 2, 1),
            "padding",
            Attributes.text("SAME"));
    b.add("Conv2DBackpropInput", Network.LOGITS, attributes, size, b.parameter(kernel), images);
    Network network =
        new Network(
            "up",
            b.build(),
            Map.of(Network.IMAGES, TensorRef.of(Network.IMAGES)),
            Map.of(Network.LOGITS, TensorRef.of(Network.LOGITS)));
    Model model = Small.model(network);
    Model after = Small.prune(new NOfM(4, KernelKind.CONV), model, Amount.ratio(0.75)).after();
    float[] w = model.weights().get("up/kernel").values();
    Set<Integer> kept = new HashSet<>(Small.kept(after.masks().get("up/kernel")));
    assertThat(kept).hasSize(w.length / 4);
    for (int block = 0; block < w.length; block += 4) {
      int[] four = {block, block + 1, block + 2, block + 3};
      assertThat(kept).contains(largest(w, four, 1)[0]);
    }
  }

  @Test
  void nOfMIsNestedInWhatWasMaskedBefore() {
    Model wide = Small.model(Pruning.narrow("vgg11", 0.125));
    Model half = Small.prune(new Magnitude(KernelKind.CONV), wide, Amount.ratio(0.5)).after();
    Model both = Small.prune(new NOfM(4, KernelKind.CONV), half, Amount.ratio(0.5)).after();
    Small.assertNested(both, half);
    ShapedArray mask = both.masks().get("conv3/kernel");
    int out = mask.shape().last();
    for (int i = 0; i < mask.values().length; i += 4 * out) {
      for (int o = 0; o < out; o++) {
        float sum = 0;
        for (int j = 0; j < 4; j++) {
          sum += mask.values()[i + j * out + o];
        }
        assertThat(sum).isLessThanOrEqualTo(2);
      }
    }
  }

  @Test
  void whatSaysNothingOfNOfMIsRefused() {
    NOfM four = new NOfM(4, KernelKind.CONV);
    refused(four, Amount.ratio(0.6), "ratio must leave a whole number of each 4 weights");
    refused(four, Amount.ratio(0.9), "ratio must leave a whole number of each 4 weights");
    refused(four, Amount.macs(0.5), "n-m masks the same share of every block; give ratio");
    refused(four, Small.globally(0.5), "scope global ranks the weights of all kernels");
    refused(four, Amount.ratio(0.5).with(l -> l.floor(2)), "floor says nothing of n-m");
    refused(
        new NOfM(7, KernelKind.CONV),
        Amount.ratio(1 - 3 / 7.0),
        "m 7: no kernel of resnet8 has a multiple of 7 input channels");
    assertThatThrownBy(() -> new NOfM(1, KernelKind.CONV))
        .hasMessage("m must be at least 2, found 1");
  }

  private void refused(PruningMethod method, Amount amount, String message) {
    assertThatThrownBy(() -> Small.prune(method, model, amount))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void methodsAreReadAsTheyAreWritten() {
    assertThat(
            Pruning.WIRED
                .words()
                .thing(PruningMethod.class, "random-weights(seed=4,like=lamp,like.kernels=all)"))
        .isEqualTo(new RandomWeights(4, new Lamp(KernelKind.ALL)));
    assertThat(Pruning.WIRED.words().thing(PruningMethod.class, "n-m(m=8)"))
        .isEqualTo(new NOfM(8, KernelKind.CONV));
    assertThat(Evidence.of(Pruning.analyse(model.network()), model.weights()).weights())
        .isSameAs(model.weights());
    assertThat(Limits.NONE.scope()).isEqualTo(Limits.Scope.LOCAL);
  }
}
