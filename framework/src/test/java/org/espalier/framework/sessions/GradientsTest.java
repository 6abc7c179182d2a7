package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

class GradientsTest {
  private static NodeGraph graph(String op) {
    GraphBuilder g = new GraphBuilder();
    g.constant("x", ShapedArray.scalar(3f));
    g.constant("other", ShapedArray.scalar(4f));
    g.addFloat(op, "y", "x");
    return g.build();
  }

  private static Gradients of(String op, String tensor) {
    return Gradients.add(graph(op), TensorRef.of("y"), List.of(TensorRef.of(tensor)));
  }

  @Test
  void ofASquareItIsTwice() {
    Gradients gradients = of("Square", "x");
    TensorRef slope = gradients.of().get(0);
    try (OpenGraph open = new OpenGraph(gradients.graph(), Machine.all())) {
      assertThat(open.call().fetch(slope).run().get(slope).values()).containsExactly(6f);
    }
  }

  @Test
  void anOpWithoutAGradientIsBadInputThatNamesIt() {
    assertThatThrownBy(() -> of("Digamma", "x"))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("the network cannot be trained; TensorFlow says: ")
        .hasMessageContaining("Digamma");
  }

  @Test
  void whatTheLossDoesNotDependOnIsNamed() {
    assertThatThrownBy(() -> of("Square", "other"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("'other'");
  }

  /** Rounded to few numbers from -1 to 2. */
  private static NodeGraph rounded(String op, float x) {
    GraphBuilder g = new GraphBuilder();
    Shape range = op.endsWith("PerChannel") ? Shape.of(1) : Shape.of();
    g.constant("x", ShapedArray.filled(range, x));
    g.constant("low", ShapedArray.filled(range, -1));
    g.constant("high", ShapedArray.filled(range, 2));
    Map<String, AttrValue> attributes =
        op.endsWith("Args")
            ? Map.of("min", Attributes.real(-1), "max", Attributes.real(2))
            : op.startsWith("Quantize")
                ? Map.of(
                    "T", Attributes.type(DataType.DT_FLOAT), "range_given", Attributes.flag(true))
                : Map.of();
    String[] inputs = op.endsWith("Args") ? new String[] {"x"} : new String[] {"x", "low", "high"};
    g.add(op, "y", attributes, inputs);
    return g.build();
  }

  private static float slope(String op, float x, String of) {
    Gradients gradients =
        Gradients.add(rounded(op, x), TensorRef.of("y"), List.of(TensorRef.of(of)));
    TensorRef slope = gradients.of().get(0);
    try (OpenGraph open = new OpenGraph(gradients.graph(), Machine.all())) {
      return open.call().fetch(slope).run().get(slope).values()[0];
    }
  }

  /** What is rounded passes its gradient on within the range; beyond, the end of that moves. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "FakeQuantWithMinMaxArgs",
        "FakeQuantWithMinMaxVars",
        "FakeQuantWithMinMaxVarsPerChannel",
        "QuantizeAndDequantizeV2"
      })
  void whatIsRoundedCanBeTrained(String op) {
    assertThat(slope(op, 0.4f, "x")).isEqualTo(1f);
    if (op.startsWith("Fake")) {
      assertThat(slope(op, 3, "x")).isZero();
      assertThat(slope(op, -3, "x")).isZero();
    }
    if (op.contains("Vars")) {
      assertThat(slope(op, 3, "high")).isEqualTo(1f);
      assertThat(slope(op, 3, "low")).isZero();
      assertThat(slope(op, -3, "low")).isEqualTo(1f);
      assertThat(slope(op, 0.4f, "high")).isZero();
    }
  }
}
