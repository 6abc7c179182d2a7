package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.training.Threads;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.InsertMasks;
import org.espalier.graphs.rewrites.Masks;
import org.espalier.graphs.rewrites.RemoveChannels;
import org.espalier.graphs.rewrites.Rewritten;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/** Masked equals removed on networks that are made of one family of ops each. */
class OpRulesTest {
  private static final AttrValue FLOAT = Attributes.type(DataType.DT_FLOAT);
  private static final AttrValue INT = Attributes.type(DataType.DT_INT32);
  private static final AttrValue NHWC = Attributes.text("NHWC");
  private static final int SIZE = 6;

  /** One network for each thing that rules must get right. */
  enum Case {
    FLATTEN(n -> n.dense(n.reshape(n.conv("images", "a", 3, 8), "flat", -1, 36 * 8), 288)),
    GATE(
        n -> {
          String x = n.conv("images", "a", 3, 8);
          String pixel = n.reshape(n.mean(x), "gate", -1, 1, 1, 8);
          String gated = n.b.addFloat("Mul", "gated", x, n.b.addFloat("Sigmoid", "s", pixel));
          return n.dense(n.mean(gated), 8);
        }),
    DEPTHWISE(n -> n.dense(n.mean(n.depthwise(n.conv("images", "a", 3, 8), "d", 8, 1)), 8)),
    DEPTHWISE_TWICE_AS_WIDE(
        n -> n.dense(n.mean(n.depthwise(n.conv("images", "a", 3, 8), "d", 8, 2)), 16)),
    CONCAT(
        n -> {
          String a = n.conv("images", "a", 3, 8);
          String b = n.conv(a, "b", 8, 4);
          return n.dense(n.mean(n.conv(n.concat("c", 3, a, b, "images"), "d", 15, 6)), 6);
        }),
    CONCAT_FROM_THE_END(
        n -> {
          String a = n.conv("images", "a", 3, 8);
          return n.dense(n.mean(n.concat("c", -1, a, n.conv(a, "b", 8, 4))), 12);
        }),
    CONCAT_OF_ROWS(
        n -> {
          String a = n.conv("images", "a", 3, 8);
          return n.dense(n.mean(n.concat("c", 1, a, n.conv(a, "b", 8, 8))), 8);
        }),
    ADD_N(
        n -> {
          String a = n.conv("images", "a", 3, 8);
          String sum =
              n.b.add(
                  "AddN",
                  "sum",
                  Map.of("T", FLOAT, "N", Attributes.number(3)),
                  a,
                  n.conv(a, "b", 8, 8),
                  n.conv("images", "c", 3, 8));
          return n.dense(n.mean(sum), 8);
        });

    private final Function<Nodes, String> write;

    Case(Function<Nodes, String> write) {
      this.write = write;
    }

    Network network() {
      Nodes nodes = new Nodes();
      return nodes.end(write.apply(nodes));
    }
  }

  @ParameterizedTest
  @EnumSource
  void maskedEqualsRemoved(Case one) {
    Network network = one.network();
    ChannelAnalysis analysis = ChannelAnalysis.of(network, TestNetworks.WIRED.rules());
    assertThat(analysis.prunable()).isNotEmpty();
    Weights weights = TestNetworks.weights(network, 1);
    for (long seed = 1; seed <= 5; seed++) {
      Cut cut = halves(analysis, seed);
      Masks masks = Masks.silencing(cut, analysis);
      Rewritten masked = new InsertMasks(masks.byParameter().keySet()).apply(network);
      Rewritten removed = new RemoveChannels(cut, TestNetworks.WIRED.rules()).apply(analysis);
      ShapedArray images = TestNetworks.images(network, 4, seed);
      ShapedArray expected =
          logits(
              masked.network(), masks.put(masked.network(), masked.carry().apply(weights)), images);
      ShapedArray found = logits(removed.network(), removed.carry().apply(weights), images);
      assertThat(TestNetworks.error(found, expected)).isLessThan(1e-5);
      assertThat(TestNetworks.error(expected, logits(network, weights, images)))
          .as("what the cut changes")
          .isGreaterThan(1e-3);
      assertThat(TestNetworks.WIRED.costs().of(removed.network()).macs())
          .isLessThan(TestNetworks.WIRED.costs().of(network).macs());
    }
  }

  /** Half of every group, so that there is always something to lose. */
  private static Cut halves(ChannelAnalysis analysis, long seed) {
    return new Cut(
        "random",
        Map.of("seed", seed),
        analysis.prunable().stream()
            .map(
                g ->
                    Cut.Group.of(
                        g,
                        IntStream.of(
                                Arrays.copyOf(
                                    RandomStream.of(seed, g.id()).permutation(g.channels()),
                                    g.channels() / 2))
                            .sorted()
                            .toArray()))
            .toList());
  }

  private static ShapedArray logits(Network network, Weights weights, ShapedArray images) {
    try (Predictor predictor = new Predictor(network, weights, Threads.all())) {
      return predictor.logits(images);
    }
  }

  /** Channels that a reshape mixes with pixels cannot go, and the reason names the node. */
  @ParameterizedTest
  @ValueSource(strings = {"12,6,4", "6,6,2,4"})
  void aReshapeThatTakesChannelsApartKeepsThem(String target) {
    Nodes n = new Nodes();
    int[] sizes =
        IntStream.concat(
                IntStream.of(-1), Arrays.stream(target.split(",")).mapToInt(Integer::parseInt))
            .toArray();
    String apart = n.reshape(n.conv("images", "a", 3, 8), "apart", sizes);
    Network network = n.end(n.dense(n.reshape(apart, "flat", -1, 288), 288));
    ChannelAnalysis analysis = ChannelAnalysis.of(network, TestNetworks.WIRED.rules());
    assertThat(analysis.prunable()).isEmpty();
    assertThat(analysis.groups())
        .filteredOn(g -> g.id().equals("a"))
        .extracting(ChannelGroup::reason)
        .singleElement()
        .asString()
        .contains("'apart'");
  }

  @Test
  void aConcatOfTwoGroupsLeavesThemApart() {
    ChannelAnalysis analysis =
        ChannelAnalysis.of(Case.CONCAT.network(), TestNetworks.WIRED.rules());
    assertThat(analysis.prunable()).extracting(ChannelGroup::id).containsExactly("a", "b", "d");
    assertThat(analysis.prunable()).extracting(ChannelGroup::channels).containsExactly(8, 4, 6);
  }

  /** Writes small networks. */
  private static final class Nodes {
    final GraphBuilder b = new GraphBuilder();

    Nodes() {
      b.placeholder(Network.IMAGES, DataType.DT_FLOAT, Shape.of(Shape.UNKNOWN, SIZE, SIZE, 3));
    }

    private String parameter(String name, ParameterKind kind, int... shape) {
      return b.parameter(new Parameter(name, Shape.of(shape), kind, new Initializer.Uniform(0.5)));
    }

    String conv(String in, String name, int from, int to) {
      String kernel = parameter(name + "/kernel", ParameterKind.CONV_KERNEL, 3, 3, from, to);
      return windowed("Conv2D", name, in, kernel);
    }

    String depthwise(String in, String name, int channels, int multiplier) {
      String kernel =
          parameter(name + "/kernel", ParameterKind.DEPTHWISE_KERNEL, 3, 3, channels, multiplier);
      return windowed("DepthwiseConv2dNative", name, in, kernel);
    }

    private String windowed(String op, String name, String in, String kernel) {
      return b.add(
          op,
          name,
          Map.of(
              "T",
              FLOAT,
              "strides",
              Attributes.numbers(1, 1, 1, 1),
              "padding",
              Attributes.text("SAME"),
              "data_format",
              NHWC),
          in,
          kernel);
    }

    String reshape(String in, String name, int... target) {
      String shape = b.constant(name + "/shape", Shape.of(target.length), target);
      return b.add("Reshape", name, Map.of("T", FLOAT, "Tshape", INT), in, shape);
    }

    String mean(String in) {
      String name = in + "/mean";
      String axes = b.constant(name + "/axes", Shape.of(2), 1, 2);
      AttrValue keep = Attributes.flag(false);
      return b.add("Mean", name, Map.of("T", FLOAT, "Tidx", INT, "keep_dims", keep), in, axes);
    }

    String concat(String name, int axis, String... in) {
      String[] inputs = Arrays.copyOf(in, in.length + 1);
      inputs[in.length] = b.constant(name + "/axis", Shape.of(), axis);
      AttrValue count = Attributes.number(in.length);
      return b.add("ConcatV2", name, Map.of("T", FLOAT, "Tidx", INT, "N", count), inputs);
    }

    String dense(String in, int from) {
      String kernel = parameter("dense/kernel", ParameterKind.DENSE_KERNEL, from, 5);
      return b.addFloat("MatMul", "dense", in, kernel);
    }

    Network end(String logits) {
      return new Network(
          "small",
          b.build(),
          Map.of(Network.IMAGES, TensorRef.of(Network.IMAGES)),
          Map.of(Network.LOGITS, TensorRef.of(logits)));
    }
  }
}
