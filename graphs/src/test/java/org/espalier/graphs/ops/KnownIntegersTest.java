package org.espalier.graphs.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Graphs;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.rewrites.FoldSizes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** What graphs compute on sizes is that very number, or is known at run time only. */
class KnownIntegersTest {
  private static final AttrValue LONG = Attributes.type(DataType.DT_INT64);

  private final GraphBuilder g = new GraphBuilder();

  /** A vector of 64-bit integers, or a scalar of one. */
  private String longs(String name, boolean scalar, long... values) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDtype(DataType.DT_INT64);
    TensorShapeProto.Builder shape = tensor.getTensorShapeBuilder();
    if (!scalar) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(values.length));
    }
    for (long v : values) {
      tensor.addInt64Val(v);
    }
    AttrValue value = AttrValue.newBuilder().setTensor(tensor).build();
    return g.add("Const", name, Map.of("dtype", LONG, "value", value));
  }

  private Optional<Long> value(String node) {
    TensorFacts facts = GraphFacts.of(g.build(), Graphs.WIRED.rules()).tensor(TensorRef.of(node));
    assertThat(facts.integers()).isPresent();
    return facts.known().map(v -> (long) v[0]);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "?",
      value = {
        "Mul, 16781312, 3, 50343936",
        "Mul, 16777217, 1, 16777217",
        "Mul, 46341, 46341, ?",
        "Mul, 65536, 65536, ?",
        "Mul, -46340, 46340, -2147395600",
        "Add, 2147483646, 1, ?",
        "AddV2, 2147483645, 1, 2147483646",
        "AddV2, -2147483640, -5, -2147483645",
        "AddV2, -2147483640, -6, ?",
        "AddV2, -2147483640, -7, ?",
        "AddV2, -2147483640, -8, ?",
        "AddV2, -2147483640, -9, ?",
        "AddV2, -2147483640, -4, -2147483644",
        "Sub, -2, 2147483646, ?",
        "Sub, 16777217, 16777216, 1",
        "FloorDiv, 1099511627776, 1048576, ?",
        "FloorDiv, -7, 2, -4",
        "FloorDiv, 7, 0, ?",
        "FloorMod, 7, 0, ?",
        "Maximum, 1099511627776, 5, ?",
        "Minimum, 9223372036854775807, 5, ?",
        "AddV2, 9223372036854775807, 0, 9223372036854775807",
        "Mul, 1, -9223372036854775808, -9223372036854775808",
        "Maximum, -2147483648, 5, ?",
        "Minimum, -2147483647, 5, ?",
        "Mul, -2147483648, 2, ?",
        "Mul, -2147483647, 0, ?"
      })
  void ofTwo(String op, long a, long b, Long expected) {
    longs("a", true, a);
    longs("b", true, b);
    g.add(op, "out", Map.of("T", LONG), "a", "b");
    Optional<Long> found = value("out");
    if (expected == null || expected != expected.intValue()) {
      assertThat(found).as("as good as any number that is no size").isEmpty();
    } else {
      assertThat(found).contains(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "?",
      value = {
        "4096, 4097, 3, 50343936",
        "65535, 65535, 0, ?",
        "46341, 46341, 1, ?",
        "46340, 46340, 1, 2147395600",
        "1290, 1290, 1290, 2146689000",
        "1291, 1291, 1291, ?",
        "1, 1, 1, 1",
        "7, 0, 5, 0",
        "-3, 5, 1, -15",
        "1099511627776, 1, 1, ?"
      })
  void productOfMany(long a, long b, long c, Long expected) {
    longs("values", false, a, b, c);
    g.constant("axis", Shape.of(1), 0);
    g.add("Prod", "out", Map.of("T", LONG), "values", "axis");
    assertThat(value("out")).isEqualTo(Optional.ofNullable(expected));
  }

  @Test
  void aProductOfTheBatchAndOnesIsTheBatch() {
    g.placeholder("x", DataType.DT_FLOAT, Shape.of(-1, 1, 1));
    g.add("Shape", "size", Map.of("out_type", LONG), "x");
    g.constant("axis", Shape.of(1), 0);
    g.add("Prod", "out", Map.of("T", LONG), "size", "axis");
    TensorFacts out = GraphFacts.of(g.build(), Graphs.WIRED.rules()).tensor(TensorRef.of("out"));
    assertThat(out.integers().orElseThrow()).containsExactly(TensorFacts.BATCH);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "?",
      value = {
        "0, 2, 7",
        "1, 1, 8",
        "1, -1, 8",
        "3, -1, 10",
        "2, 2, 9",
        "2, 3, ?",
        "-1, 1, ?",
        "0, -2, ?"
      })
  void aPartOfAVector(long begin, long size, Integer first) {
    longs("values", false, 7, 8, 9, 10);
    longs("begin", false, begin);
    longs("size", false, size);
    g.add("Slice", "out", Map.of("T", LONG, "Index", LONG), "values", "begin", "size");
    Optional<int[]> found =
        GraphFacts.of(g.build(), Graphs.WIRED.rules()).tensor(TensorRef.of("out")).integers();
    assertThat(found.map(v -> v[0])).isEqualTo(Optional.ofNullable(first));
    found.ifPresent(v -> assertThat(v).hasSize((int) (size < 0 ? 4 - begin : size)));
  }

  /** As many numbers as there are outputs, each of them one. */
  @ParameterizedTest
  @CsvSource({"3, true", "2, false", "4, false"})
  void aVectorIsTakenApart(int outputs, boolean known) {
    longs("values", false, 7, 8, 9);
    g.add("Unpack", "out", Map.of("T", LONG, "num", Attributes.number(outputs)), "values");
    GraphFacts facts = GraphFacts.of(g.build(), Graphs.WIRED.rules());
    for (int i = 0; i < outputs; i++) {
      TensorFacts out = facts.tensor(new TensorRef("out", i));
      assertThat(out.shape()).contains(Shape.of());
      assertThat(out.known().map(v -> v[0]))
          .isEqualTo(known ? Optional.of(7 + i) : Optional.empty());
    }
  }

  /** 2^40 is 0 as a 32-bit integer. */
  @Test
  void anIntegerThatIsCutOffIsNotKnown() {
    longs("large", true, 1L << 40);
    g.add("Cast", "out", Map.of("DstT", Attributes.type(DataType.DT_INT32)), "large");
    assertThat(value("out")).isEmpty();
    TensorFacts cast = GraphFacts.of(g.build(), Graphs.WIRED.rules()).tensor(TensorRef.of("out"));
    assertThat(cast.integers().orElseThrow()).containsExactly(TensorFacts.RUN_TIME);
  }

  /** It would be written as the largest number that we hold. */
  @Test
  void aNumberThatIsTooLargeIsNotFolded() {
    g.placeholder("images", DataType.DT_FLOAT, Shape.of(-1, 8, 8, 3));
    longs("large", true, 1L << 40);
    longs("small", true, 5);
    g.add("Pack", "packed", Map.of("T", LONG, "N", Attributes.number(2)), "large", "small");
    NodeGraph folded =
        new FoldSizes(Graphs.WIRED.rules())
            .apply(org.espalier.graphs.SmallGraph.network(g.build(), "packed"))
            .network()
            .graph();
    assertThat(folded.node("packed").getOp()).isEqualTo("Pack");
  }

  @ParameterizedTest
  @CsvSource({"-2147483648", "-2147483647", "-9223372036854775808"})
  void theLeastIntegersOfASliceAreItsStartAndNothingElse(long end) {
    g.placeholder("x", DataType.DT_FLOAT, Shape.of(-1, 7));
    longs("begin", false, 0, 6);
    longs("end", false, 0, end);
    longs("step", false, 1, -1);
    Map<String, AttrValue> masks =
        Map.of("begin_mask", Attributes.number(1), "end_mask", Attributes.number(1));
    g.add("StridedSlice", "out", masks, "x", "begin", "end", "step");
    GraphFacts facts = GraphFacts.of(g.build(), Graphs.WIRED.rules());
    assertThat(facts.shape(TensorRef.of("out"))).contains(Shape.of(-1, 7));
  }

  /** A size of -3 is no two images. */
  @Test
  void aNegativeSizeIsNoBatch() {
    assertThat(TensorFacts.size(-3)).isEqualTo(Shape.UNKNOWN);
    assertThat(TensorFacts.size(-1)).isEqualTo(Shape.UNKNOWN);
    assertThat(TensorFacts.size(0)).isZero();
    assertThat(TensorFacts.size(TensorFacts.BATCH)).isEqualTo(Shape.BATCH);
    assertThat(TensorFacts.size(TensorFacts.RUN_TIME)).isEqualTo(Shape.UNKNOWN);
  }

  @Test
  void sizesThatDoNotFitAreAnError() {
    g.placeholder("x", DataType.DT_FLOAT, Shape.of(1 << 20, 1 << 20));
    g.constant("times", Shape.of(2), 1, 1 << 12);
    g.add("Tile", "out", Map.of("T", Attributes.type(DataType.DT_FLOAT)), "x", "times");
    assertThatThrownBy(() -> GraphFacts.of(g.build(), Graphs.WIRED.rules()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("node 'out' (Tile) does not fit what it reads");
  }

  @Test
  void attributesThatAreNoSizesAreAnError() {
    g.placeholder("x", DataType.DT_FLOAT, Shape.of(-1, 8, 8, 4));
    AttrValue block = Attributes.number((1L << 32) + 2);
    g.add("SpaceToDepth", "out", Map.of("block_size", block), "x");
    assertThatThrownBy(() -> GraphFacts.of(g.build(), Graphs.WIRED.rules()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("attribute block_size cannot be 4294967298");
  }

  /** Each of these is twice the last: a few nodes would fill the memory. */
  @Test
  void whatGrowsBeyondSizesIsNotComputed() {
    String x = longs("x", false, 7, 8);
    String axis = g.constant("axis", Shape.of(), 0);
    for (int i = 0; i < 25; i++) {
      x = g.add("ConcatV2", "c" + i, Map.of("T", LONG, "N", Attributes.number(2)), x, x, axis);
    }
    GraphFacts facts = GraphFacts.of(g.build(), Graphs.WIRED.rules());
    assertThat(facts.tensor(TensorRef.of("c10")).integers())
        .hasValueSatisfying(v -> assertThat(v).hasSize(4096));
    assertThat(facts.tensor(TensorRef.of("c11")).integers()).isEmpty();
  }

  @Test
  void whatPacksNoNumberIsNotKnown() {
    String none = longs("none", true);
    g.add("Pack", "p", Map.of("T", LONG, "N", Attributes.number(1)), none);
    assertThat(GraphFacts.of(g.build(), Graphs.WIRED.rules()).tensor(TensorRef.of("p")).shape())
        .contains(Shape.of(1));
  }
}
