package org.espalier.graphs.rewrites;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Graphs;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Shape;
import org.espalier.graphs.SmallGraph;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.ops.GraphFacts;
import org.espalier.graphs.ops.TensorFacts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** Sizes that a graph computes become constants where they are known. */
class FoldSizesTest {
  /** Writes integer arithmetic behind a convolution of [?, 8, 8, 4]. */
  private static final class Sizes {
    final SmallGraph g = new SmallGraph();
    final AttrValue type;
    final String conv;
    final String shape;

    Sizes(DataType type) {
      this.type = Attributes.type(type);
      conv = g.conv("images", "a", 3, 4);
      shape = add("Shape", "shape", Map.of("T", SmallGraph.FLOAT, "out_type", this.type), conv);
    }

    String add(String op, String name, Map<String, AttrValue> attributes, String... in) {
      return g.nodes.add(op, name, attributes, in);
    }

    String constant(String name, Shape shape, int... values) {
      AttrValue value =
          type.getType() == DataType.DT_INT64
              ? Attributes.longs(shape, values)
              : Attributes.ints(shape, values);
      return add("Const", name, Map.of("dtype", type, "value", value));
    }

    String math(String op, String name, String... in) {
      return add(op, name, Map.of("T", type), in);
    }

    /** One entry of the shape, or the entries from it up to another. */
    String entry(String name, int from, int to) {
      Map<String, AttrValue> attributes = new HashMap<>(Map.of("T", type));
      attributes.put("Index", Attributes.type(DataType.DT_INT32));
      attributes.put("shrink_axis_mask", Attributes.number(to == from + 1 ? 1 : 0));
      return add(
          "StridedSlice",
          name,
          attributes,
          shape,
          g.nodes.constant(name + "/b", Shape.of(1), from),
          g.nodes.constant(name + "/e", Shape.of(1), to),
          g.nodes.constant(name + "/s", Shape.of(1), 1));
    }

    String pack(String name, String... in) {
      return add("Pack", name, Map.of("T", type, "N", Attributes.number(in.length)), in);
    }

    Network reshape(String target) {
      return g.end(
          add("Reshape", "r", Map.of("T", SmallGraph.FLOAT, "Tshape", type), conv, target));
    }
  }

  private static Network fold(Network network) {
    return new FoldSizes(Graphs.WIRED.rules()).apply(network).network();
  }

  private static List<String> ops(Network network) {
    return network.graph().nodes().stream().map(NodeDef::getOp).sorted().toList();
  }

  private static int[] target(Network network) {
    NodeGraph index = network.graph();
    String shape = TensorRef.nodeOf(index.node("r").getInput(1));
    return GraphFacts.of(network, Graphs.WIRED.rules())
        .tensor(TensorRef.of(shape))
        .known()
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(names = {"DT_INT32", "DT_INT64"})
  void aTargetOfComputedSizesIsOneConstant(DataType type) {
    Sizes s = new Sizes(type);
    String pixels = s.math("Mul", "pixels", s.entry("rows", 1, 2), s.entry("columns", 2, 3));
    Network folded =
        fold(s.reshape(s.pack("target", s.entry("n", 0, 1), pixels, s.entry("c", 3, 4))));
    assertThat(ops(folded))
        .containsExactly(
            "Const", "Conv2D", "Placeholder", "ReadVariableOp", "Reshape", "VarHandleOp");
    assertThat(target(folded)).containsExactly(-1, 64, 4);
    assertThat(Attributes.type(folded.graph().node("r"), "Tshape")).isEqualTo(type);
    // Nothing is left to fold.
    assertThat(fold(folded).graph()).isEqualTo(folded.graph());
  }

  /** {@code b, h, w, c = tf.unstack(tf.shape(x))}. */
  @ParameterizedTest
  @EnumSource(names = {"DT_INT32", "DT_INT64"})
  void sizesThatAreTakenApartAreConstants(DataType type) {
    Sizes s = new Sizes(type);
    s.add("Unpack", "parts", Map.of("T", s.type, "num", Attributes.number(4)), s.shape);
    String pixels = s.math("Mul", "pixels", "parts:1", "parts:2");
    Network folded = fold(s.reshape(s.pack("target", "parts", pixels, "parts:3")));
    assertThat(target(folded)).containsExactly(-1, 64, 4);
    assertThat(ops(folded)).doesNotContain("Unpack", "Pack", "Mul", "Shape");
    Network alone = fold(s.g.end(s.pack("sizes", "parts", "parts:3", "parts:2")));
    assertThat(ops(alone)).contains("Unpack", "Pack").containsOnlyOnce("Unpack");
    assertThat(alone.graph().node("sizes").getInput(0)).isEqualTo("parts");
    for (int i = 1; i <= 2; i++) {
      NodeDef size = alone.graph().node(alone.graph().node("sizes").getInput(i));
      assertThat(size.getAttrOrThrow("value"))
          .isEqualTo(
              type == DataType.DT_INT64
                  ? Attributes.longs(Shape.of(), i == 1 ? 4 : 8)
                  : Attributes.ints(Shape.of(), i == 1 ? 4 : 8));
    }
    assertThat(fold(alone).graph()).isEqualTo(alone.graph());
  }

  @Test
  void arithmeticIsDone() {
    Sizes s = new Sizes(DataType.DT_INT32);
    String rows = s.entry("rows", 1, 2);
    String two = s.constant("two", Shape.of(), 2);
    String five = s.constant("five", Shape.of(), 5);
    String half = s.math("FloorDiv", "half", rows, two);
    String seven = s.math("AddV2", "seven", five, two);
    String odd = s.math("Sub", "three", seven, half);
    String one = s.math("FloorMod", "one", seven, two);
    String four = s.math("Maximum", "four", half, odd);
    String sixteen = s.math("Mul", "sixteen", four, s.math("Minimum", "min", half, five));
    Network folded =
        fold(s.reshape(s.pack("target", s.entry("n", 0, 1), one, sixteen, four, half)));
    assertThat(target(folded)).containsExactly(-1, 1, 16, 4, 4);
    assertThat(ops(folded)).doesNotContain("Pack", "Mul", "AddV2", "Shape");
  }

  @Test
  void vectorsAreJoinedAndMultiplied() {
    Sizes s = new Sizes(DataType.DT_INT32);
    Map<String, AttrValue> prod = new HashMap<>(Map.of("T", s.type, "Tidx", s.type));
    prod.put("keep_dims", Attributes.flag(true));
    String rest =
        s.add("Prod", "rest", prod, s.entry("all", 1, 4), s.constant("axis", Shape.of(1), 0));
    Map<String, AttrValue> concat = new HashMap<>(Map.of("T", s.type, "Tidx", s.type));
    concat.put("N", Attributes.number(2));
    String target =
        s.add(
            "ConcatV2",
            "target",
            concat,
            s.constant("minus", Shape.of(1), -1),
            rest,
            s.constant("along", Shape.of(), 0));
    assertThat(target(fold(s.reshape(target)))).containsExactly(-1, 256);
  }

  /** With rows of unknown size too there is no constant that says it. */
  @Test
  void whatDependsOnSeveralOpenSizesStaysComputed() {
    Sizes s = new Sizes(DataType.DT_INT32);
    Network network =
        s.reshape(
            s.pack(
                "target",
                s.entry("n", 0, 1),
                s.entry("rows", 1, 2),
                s.constant("rest", Shape.of(), -1)));
    var open = network.graph().def().toBuilder();
    open.getNodeBuilderList().stream()
        .filter(n -> n.getOp().equals("Placeholder"))
        .forEach(n -> n.putAttr("shape", Attributes.shape(Shape.of(-1, -1, -1, 3))));
    Network folded = fold(network.withGraph(new NodeGraph(open.build())));
    assertThat(ops(folded)).contains("Shape", "StridedSlice", "Pack");
  }

  /**
   * A transposed convolution that is told the shape of another tensor, or arithmetic on it:
   * channels are a constant, and the rest is still computed. A second time there is nothing to do.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatTransposedConvolutionsMakeIsAConstantNumberOfChannels(boolean anySize) {
    Sizes s = new Sizes(DataType.DT_INT32);
    String size = s.math("Mul", "size", s.shape, s.constant("times", Shape.of(4), 1, 1, 1, 2));
    String kernel =
        s.g.nodes.parameter(
            new Parameter(
                "t/kernel", Shape.of(3, 3, 8, 4), ParameterKind.CONV_KERNEL, Initializer.zeros()));
    Map<String, AttrValue> attributes =
        Map.of(
            "T",
            SmallGraph.FLOAT,
            "strides",
            Attributes.numbers(1, 1, 1, 1),
            "padding",
            Attributes.text("SAME"));
    Network network = s.g.end(s.add("Conv2DBackpropInput", "t", attributes, size, kernel, s.conv));
    if (anySize) {
      var open = network.graph().def().toBuilder();
      open.getNodeBuilderList().stream()
          .filter(n -> n.getOp().equals("Placeholder"))
          .forEach(n -> n.putAttr("shape", Attributes.shape(Shape.of(-1, -1, -1, 3))));
      network = network.withGraph(new NodeGraph(open.build()));
    }
    Network folded = fold(network);
    NodeGraph index = folded.graph();
    NodeDef pack = index.node(TensorRef.nodeOf(index.node("t").getInput(0)));
    assertThat(pack.getOp()).isEqualTo("Pack");
    assertThat(pack.getInputList())
        .extracting(i -> index.node(TensorRef.nodeOf(i)).getOp())
        .last()
        .isEqualTo("Const");
    GraphFacts facts = GraphFacts.of(folded, Graphs.WIRED.rules());
    int[] known = facts.tensor(TensorRef.of(pack.getName())).integers().orElseThrow();
    int pixels = anySize ? TensorFacts.RUN_TIME : 8;
    assertThat(known).containsExactly(TensorFacts.BATCH, pixels, pixels, 8);
    assertThat(fold(folded).graph()).isEqualTo(fold(fold(folded)).graph());
    assertThat(index.node("size").getOp()).isEqualTo("Mul");
  }

  /** A size that is an output of the network stays one. */
  @Test
  void outputsKeepTheirNames() {
    Sizes s = new Sizes(DataType.DT_INT32);
    Network folded = fold(s.g.end(s.entry("rows", 1, 2)));
    assertThat(folded.outputs()).containsValue(TensorRef.of("rows"));
    assertThat(Arrays.asList("Const", "Placeholder")).isEqualTo(ops(folded));
  }
}
