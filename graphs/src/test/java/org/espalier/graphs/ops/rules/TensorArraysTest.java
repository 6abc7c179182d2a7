package org.espalier.graphs.ops.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Graphs;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.ops.GraphFacts;
import org.espalier.graphs.ops.TensorFacts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/** An array for each image: what a loop fills has as many tensors as there are images. */
class TensorArraysTest {
  private static final AttrValue INT = Attributes.type(DataType.DT_INT32);
  private static final AttrValue FLOAT = Attributes.type(DataType.DT_FLOAT);

  private final GraphBuilder g = new GraphBuilder();

  /** Makes an array for as many tensors as there are images, and gathers what is in it. */
  private void gather(boolean grows, int start, Map<String, AttrValue> element) {
    g.add(
        "Placeholder",
        "x",
        Map.of("dtype", FLOAT, "shape", Attributes.shape(Shape.of(Shape.BATCH, 8, 8, 2))));
    g.add("Shape", "sizes", Map.of("T", FLOAT, "out_type", INT), "x");
    g.constant("axis", Shape.of(), 0);
    g.constant("first", Shape.of(), 0);
    g.add(
        "GatherV2",
        "images",
        Map.of("Tparams", INT, "Tindices", INT, "Taxis", INT),
        "sizes",
        "first",
        "axis");
    g.add(
        "TensorArrayV3",
        "array",
        Map.of("dtype", FLOAT, "dynamic_size", Attributes.flag(grows)),
        "images");
    g.add("TensorArraySizeV3", "size", Map.of(), "array", "array:1");
    g.constant("start", Shape.of(), start);
    g.constant("by", Shape.of(), 1);
    g.add("Range", "indices", Map.of("Tidx", INT), "start", "size", "by");
    g.add("TensorArrayGatherV3", "all", element, "array", "indices", "array:1");
  }

  private TensorFacts facts(String node) {
    return GraphFacts.of(g.build(), Graphs.WIRED.rules()).tensor(TensorRef.of(node));
  }

  private static Map<String, AttrValue> element(int... dims) {
    return Map.of("dtype", FLOAT, "element_shape", Attributes.shape(Shape.of(dims)));
  }

  @Test
  void whatIsGatheredHasOneTensorForEachImage() {
    gather(false, 0, element(6, Shape.UNKNOWN, 3));
    assertThat(facts("all").shape()).contains(Shape.of(Shape.BATCH, 6, Shape.UNKNOWN, 3));
    assertThat(facts("size").integers()).contains(new int[] {TensorFacts.BATCH});
  }

  /** An array that grows, or of which the first is left out, has another number. */
  @ParameterizedTest
  @CsvSource({"true, 0", "false, 1"})
  void otherNumbersAreNotTaken(boolean grows, int start) {
    gather(grows, start, element(6));
    assertThat(facts("all").shape()).contains(Shape.of(Shape.UNKNOWN, 6));
  }

  @Test
  void withoutAShapeOfItsElementsNothingIsSaid() {
    gather(false, 0, Map.of("dtype", FLOAT));
    assertThat(facts("all").shape()).isEqualTo(Optional.empty());
  }
}
