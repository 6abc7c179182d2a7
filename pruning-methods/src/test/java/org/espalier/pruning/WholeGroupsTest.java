package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.InsertGroupScales;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/** Sparse Structure Selection of the groups of grouped convolutions, on a block of ResNeXt. */
class WholeGroupsTest {
  private static final PruningMethod SSS = new SparseStructureSelection();
  private static final int GROUPS = 3;
  private static final int READ = 4; // channels that each group reads
  private static final int MADE = 6;
  private static final String SCALE = "middle/norm/scaled/scale";

  private final GraphBuilder b = new GraphBuilder();

  private String parameter(String name, ParameterKind kind, int... shape) {
    return b.parameter(new Parameter(name, Shape.of(shape), kind, new Initializer.Uniform(0.5)));
  }

  private String conv(String in, String name, int side, int read, int made) {
    String kernel = parameter(name + "/kernel", ParameterKind.CONV_KERNEL, side, side, read, made);
    Map<String, AttrValue> attributes =
        Map.of(
            "T",
            Attributes.type(DataType.DT_FLOAT),
            "strides",
            Attributes.numbers(1, 1, 1, 1),
            "padding",
            Attributes.text("SAME"));
    return b.add("Conv2D", name, attributes, in, kernel);
  }

  private String normed(String in, String name, int channels) {
    return b.add(
        "FusedBatchNormV3",
        name + "/norm",
        Map.of(
            "T",
            Attributes.type(DataType.DT_FLOAT),
            "U",
            Attributes.type(DataType.DT_FLOAT),
            "is_training",
            Attributes.flag(false)),
        in,
        parameter(name + "/norm/scale", ParameterKind.BN_SCALE, channels),
        parameter(name + "/norm/offset", ParameterKind.BN_OFFSET, channels),
        parameter(name + "/norm/mean", ParameterKind.BN_MEAN, channels),
        parameter(name + "/norm/variance", ParameterKind.BN_VARIANCE, channels));
  }

  private String relu(String in, String name) {
    return b.addFloat("Relu", name, in);
  }

  /**
   * A stem of 8 channels and a block of 12 and 18 in three groups.
   *
   * @param norms whether batch norm stands right behind the grouped convolution
   */
  private Network network(boolean norms, boolean normedBehind) {
    String images =
        b.placeholder(Network.IMAGES, DataType.DT_FLOAT, Shape.of(Shape.UNKNOWN, 6, 6, 3));
    String stem = relu(normed(conv(images, "stem", 3, 3, 8), "stem", 8), "stem/relu");
    int in = GROUPS * READ;
    int out = GROUPS * MADE;
    String first = relu(normed(conv(stem, "first", 1, 8, in), "first", in), "first/relu");
    String middle = conv(first, "middle", 3, READ, out);
    middle = relu(norms ? normed(middle, "middle", out) : middle, "middle/relu");
    middle = normedBehind ? normed(middle, "behind", out) : middle;
    String last = normed(conv(middle, "last", 1, out, 8), "last", 8);
    String sum = b.addFloat("AddV2", "sum", last, stem);
    String flat =
        b.add(
            "Reshape",
            "flat",
            Map.of(
                "T",
                Attributes.type(DataType.DT_FLOAT),
                "Tshape",
                Attributes.type(DataType.DT_INT32)),
            sum,
            b.constant("flat/shape", Shape.of(2), -1, 6 * 6 * 8));
    b.addFloat("MatMul", "logits", flat, parameter("dense", ParameterKind.DENSE_KERNEL, 288, 5));
    return new Network(
        "resnext",
        b.build(),
        Map.of(Network.IMAGES, TensorRef.of(Network.IMAGES)),
        Map.of(Network.LOGITS, TensorRef.of("logits")));
  }

  private static Rewritten scaled(Network network) {
    return new InsertGroupScales(Pruning.WIRED.rules()).apply(network);
  }

  private static Weights with(Weights weights, float... scales) {
    return weights.with(SCALE, new ShapedArray(Shape.of(GROUPS), scales));
  }

  /** Without scales each group loses the same channels; with scales, groups go. */
  @Test
  void scalesSayThatGroupsGoAsAWhole() {
    Network plain = network(true, false);
    assertThat(Pruning.group(plain, "first").channels()).isEqualTo(READ);
    assertThat(Pruning.group(plain, "middle").channels()).isEqualTo(MADE);
    Network network = scaled(plain).network();
    ChannelGroup whole = Pruning.group(network, "first");
    assertThat(whole.prunable()).isTrue();
    assertThat(whole.channels()).isEqualTo(GROUPS);
    assertThat(whole.members())
        .extracting(m -> m.parameter().name() + " " + m.axis())
        .contains("first/kernel 3", "middle/kernel 3", "last/kernel 2", SCALE + " 0")
        .doesNotContain("middle/kernel 2");
    assertThat(network.parameter(SCALE).shape()).isEqualTo(Shape.of(GROUPS));
  }

  @Test
  void scalesOfOneChangeNothing() {
    Network plain = network(true, false);
    Weights weights = TrainedWeights.of(plain, 3);
    Rewritten scaled = scaled(plain);
    assertThat(
            TrainedWeights.error(
                new Model(scaled.network(), scaled.carry().apply(weights)),
                new Model(plain, weights)))
        .isZero();
    Network again = scaled(scaled.network()).network();
    assertThat(again.parameters(k -> k == ParameterKind.BRANCH_SCALE)).hasSize(1);
  }

  /** What is zero goes, what stays is folded, and nothing that is computed changes. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void groupsWithoutScaleGo(boolean norms) {
    Network network = scaled(network(norms, false)).network();
    String scale = network.parameters(k -> k == ParameterKind.BRANCH_SCALE).get(0).name();
    Weights weights =
        TrainedWeights.of(network, 3)
            .with(scale, new ShapedArray(Shape.of(GROUPS), new float[] {0.7f, 0f, -1.2f}));
    Decision decision = Pruning.decide(SSS, network, weights, Amount.ofZeros());
    Cut.Group group = Pruning.cut(decision).groups().get(0);
    assertThat(group.kept()).containsExactly(0, 2);
    Network small = decision.after().network();
    assertThat(small.parameters(k -> k == ParameterKind.BRANCH_SCALE)).isEmpty();
    assertThat(small.parameter("first/kernel").shape()).isEqualTo(Shape.of(1, 1, 8, 2 * READ));
    assertThat(small.parameter("middle/kernel").shape()).isEqualTo(Shape.of(3, 3, READ, 2 * MADE));
    assertThat(small.parameter("last/kernel").shape()).isEqualTo(Shape.of(1, 1, 2 * MADE, 8));
    assertThat(small.graph().nodes()).noneMatch(n -> n.getOp().equals("GatherV2"));
    assertThat(TrainedWeights.error(decision.after(), new Model(network, weights)))
        .isLessThan(1e-5);
    assertThat(Pruning.proof(decision)).isLessThan(1e-5);
    assertThat(Pruning.group(small, "middle").channels()).isEqualTo(MADE);
  }

  @Test
  void oneGroupStays() {
    Network network = scaled(network(true, false)).network();
    Weights weights = with(TrainedWeights.of(network, 3), 0f, 0f, 0f);
    Decision decision = Pruning.decide(SSS, network, weights, Amount.ofZeros());
    assertThat(Pruning.cut(decision).groups().get(0).kept()).hasSize(1);
    assertThat(decision.notes()).anyMatch(n -> n.contains("kept 1 because of floor and round-to"));
  }

  /** The least by size, whatever the sign; other methods take whole groups too. */
  @Test
  void aShareOfTheGroupsGoes() {
    Network network = scaled(network(true, false)).network();
    Weights weights = with(TrainedWeights.of(network, 3), 0.9f, -0.8f, -1.1f);
    Decision decision = Pruning.decide(SSS, network, weights, Amount.ratio(0.34));
    assertThat(Pruning.cut(decision).groups().get(0).kept()).containsExactly(0, 2);
    float[] kernel = weights.get("middle/kernel").values().clone();
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] *= i % (GROUPS * MADE) < MADE ? 0.01f : 1f; // all that the first group makes
    }
    Weights weak =
        weights.with(
            "middle/kernel", new ShapedArray(weights.get("middle/kernel").shape(), kernel));
    Decision other =
        Pruning.decide(new L1Norm(), network, weak, Amount.ratios(Map.of("first", 0.33)));
    assertThat(Pruning.cut(other).groups())
        .filteredOn(g -> g.id().equals("first"))
        .singleElement()
        .satisfies(g -> assertThat(g.kept()).containsExactly(1, 2));
  }

  /** Of two in a row the second alone has scales, for what it makes of nothing is not nothing. */
  @Test
  void ofTwoConvolutionsInARowTheSecondHasTheScales() {
    String images =
        b.placeholder(Network.IMAGES, DataType.DT_FLOAT, Shape.of(Shape.UNKNOWN, 6, 6, 3));
    String first = normed(conv(images, "first", 1, 3, 12), "first", 12);
    String one = conv(first, "one", 3, READ, 18);
    one = b.addFloat("BiasAdd", "one/biased", one, parameter("one/bias", ParameterKind.BIAS, 18));
    String two = conv(relu(one, "one/relu"), "two", 3, MADE, 18);
    two = b.addFloat("BiasAdd", "two/biased", two, parameter("two/bias", ParameterKind.BIAS, 18));
    conv(relu(two, "two/relu"), Network.LOGITS, 6, 18, 5);
    Network plain =
        new Network(
            "two",
            b.build(),
            Map.of(Network.IMAGES, TensorRef.of(Network.IMAGES)),
            Map.of(Network.LOGITS, TensorRef.of(Network.LOGITS)));
    Network network = scaled(plain).network();
    assertThat(network.parameters(k -> k == ParameterKind.BRANCH_SCALE))
        .extracting(Parameter::name)
        .containsExactly("two/biased/scaled/scale");
    Weights weights =
        TrainedWeights.of(network, 3)
            .with(
                "two/biased/scaled/scale",
                new ShapedArray(Shape.of(GROUPS), new float[] {0.7f, 0f, -1.2f}));
    Decision decision = Pruning.decide(SSS, network, weights, Amount.ofZeros());
    assertThat(TrainedWeights.error(decision.after(), new Model(network, weights)))
        .isLessThan(1e-5);
  }

  /** All filters of a group are one long vector: of the first with the first of another. */
  @Test
  void distancesAreThoseOfWholeGroups() {
    Network network = scaled(network(true, false)).network();
    Weights weights = TrainedWeights.of(network, 3);
    double[] found =
        new GeometricMedian()
            .scores(
                Pruning.group(network, "first"), Evidence.of(Pruning.analyse(network), weights));
    float[] first = weights.get("first/kernel").values();
    float[] middle = weights.get("middle/kernel").values();
    for (int a = 0; a < GROUPS; a++) {
      double score = 0;
      for (int other = 0; other < GROUPS; other++) {
        double squares = squares(first, READ, a, other) + squares(middle, MADE, a, other);
        score += Math.sqrt(squares);
      }
      assertThat(found[a]).isCloseTo(score, within(1e-6));
    }
  }

  private static double squares(float[] kernel, int each, int a, int b) {
    double sum = 0;
    for (int i = 0; i < kernel.length; i++) {
      int channel = i % (GROUPS * each);
      if (channel / each == a) {
        sum += Math.pow((double) kernel[i] - kernel[i + (b - a) * each], 2);
      }
    }
    return sum;
  }

  /** A batch norm further on would undo every scale, so there is none. */
  @Test
  void whereBatchNormComesLaterThereIsNoScale() {
    Network network = scaled(network(true, true)).network();
    assertThat(network.parameters(k -> k == ParameterKind.BRANCH_SCALE)).isEmpty();
    Weights weights = network.initialise(1);
    assertThatThrownBy(() -> Pruning.decide(SSS, network, weights, Amount.ofZeros()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("insert-group-scales");
  }
}
