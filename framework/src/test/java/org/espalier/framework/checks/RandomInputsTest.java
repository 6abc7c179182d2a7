package org.espalier.framework.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Network;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.DataType;

class RandomInputsTest {
  private static Network reading(int... shape) {
    GraphBuilder g = new GraphBuilder();
    Map<String, TensorRef> x =
        Map.of("x", TensorRef.of(g.placeholder("x", DataType.DT_FLOAT, Shape.of(shape))));
    return new Network("reader", g.build(), x, x);
  }

  @Test
  void openSizesAreTheNumberOfImagesAndAnySize() {
    assertThat(RandomInputs.of(reading(-1, 5, -1, 3), 2, 1).get("x").shape())
        .isEqualTo(Shape.of(2, 5, Network.ANY_SIZE, 3));
  }

  /** One that makes a number of images for itself gets as many. */
  @Test
  void aNumberThatTheGraphFixesIsDrawn() {
    GraphBuilder g = new GraphBuilder();
    String x = g.placeholder("x", DataType.DT_FLOAT, Shape.of(-1, 4, 4, 2));
    String size = g.constant("size", Shape.of(4), 3, 4, 4, 5);
    String kernel = g.constant("kernel", ShapedArray.filled(Shape.of(1, 1, 5, 2), 1));
    g.add(
        "Conv2DBackpropInput",
        "up",
        Map.of(
            "T", Attributes.type(DataType.DT_FLOAT),
            "strides", Attributes.numbers(1, 1, 1, 1),
            "padding", Attributes.text("SAME")),
        size,
        kernel,
        x);
    Network network =
        new Network(
            "three", g.build(), Map.of("x", TensorRef.of(x)), Map.of("y", TensorRef.of("up")));
    assertThat(RandomInputs.of(network, 2, 1).get("x").shape()).isEqualTo(Shape.of(3, 4, 4, 2));
  }

  /** The last is 2^124: its product is 0 as a long. */
  @ParameterizedTest
  @CsvSource({"-1, 10000, 10000, 1", "1, 1, 1, 144000001", "2147483647, 2147483647, 4, 1073741824"})
  void whatIsTooLargeToDrawIsRefused(int a, int b, int c, int d) {
    assertThatThrownBy(() -> RandomInputs.of(reading(a, b, c, d), 2, 1))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("input 'x' of shape [")
        .hasMessageEndingWith(" is too large to be drawn numbers for, the most is 144000000");
  }
}
