package org.espalier.framework.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.data.Scaling;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

class InputScalingTest {
  private static Optional<Scaling> expected(BiFunction<GraphBuilder, String, String> scale) {
    GraphBuilder g = new GraphBuilder();
    String x = g.placeholder(Network.IMAGES, DataType.DT_FLOAT, Shape.of(Shape.UNKNOWN, 4, 4, 3));
    String y = g.addFloat("Relu", "first", scale.apply(g, x));
    Network network =
        new Network(
            "n",
            g.build(),
            Map.of(Network.IMAGES, TensorRef.of(Network.IMAGES)),
            Map.of(Network.LOGITS, TensorRef.of(y)));
    return InputScaling.expected(new Model(network, network.initialise(1)));
  }

  private static String by(GraphBuilder g, String op, String x, String name, double value) {
    return g.addFloat(op, name, x, g.constant(name + "/c", ShapedArray.scalar((float) value)));
  }

  /** Rescaling(factor, offset) and Normalization(mean, variance), and their unlike relatives. */
  @ParameterizedTest
  @CsvSource({
    "Mul, 0.003921569, none", // 1 / 255
    "Mul, 0.007843137, none", // 1 / 127.5
    "RealDiv, 255, none",
    "RealDiv, 58, none", // a deviation of bytes
    "RealDiv, 0.25, unit", // a deviation of numbers up to 1
    "RealDiv, 6.5, none", // 255 pixels become 39
    "RealDiv, 6, unit", // and 43
    "Mul, 2, unit",
    "Mul, -2, unit",
    "Div, 255, none",
    "Mul, 1, ",
  })
  void whatAGraphScalesTellsWhatItIsFed(String op, double value, String scaling) {
    Optional<Scaling> named = Optional.ofNullable(scaling).map(Scaling::new);
    assertThat(expected((g, x) -> by(g, op, x, "s", value))).isEqualTo(named);
    assertThat(expected((g, x) -> by(g, op, by(g, "Sub", x, "m", 0.5), "s", value)))
        .isEqualTo(named);
    assertThat(expected((g, x) -> by(g, "AddV2", by(g, op, x, "s", value), "m", -1)))
        .isEqualTo(named);
  }

  @Test
  void twoFactorsAreOne() {
    assertThat(expected((g, x) -> by(g, "RealDiv", by(g, "RealDiv", x, "a", 255), "b", 0.25)))
        .contains(Scaling.NONE);
  }

  @Test
  void theChannelThatIsScaledMostCounts() {
    float[] factors = {0.004f, 2, 0.004f};
    assertThat(
            expected(
                (g, x) ->
                    g.addFloat(
                        "Mul", "s", x, g.constant("c", new ShapedArray(Shape.of(3), factors)))))
        .contains(Scaling.UNIT);
  }

  @Test
  void sumsAndCopiesOnTheWayAreLookedThrough() {
    for (String op : new String[] {"Add", "AddV2", "BiasAdd"}) {
      ShapedArray zeros = ShapedArray.filled(Shape.of(3), 0.5f);
      assertThat(
              expected(
                  (g, x) -> {
                    String sum = g.addFloat(op, "sum", x, g.constant("o", zeros));
                    return by(g, "Mul", g.addFloat("Identity", "i", sum), "s", 1 / 255.0);
                  }))
          .as(op)
          .contains(Scaling.NONE);
    }
    AttrValue type = Attributes.type(DataType.DT_FLOAT);
    AttrValue shape = Attributes.shape(Shape.of(Shape.UNKNOWN, 4, 4, 3));
    assertThat(
            expected(
                (g, x) -> {
                  String cast = g.add("Cast", "c", Map.of("SrcT", type, "DstT", type), x);
                  String same = g.add("EnsureShape", "e", Map.of("T", type, "shape", shape), cast);
                  return by(g, "RealDiv", same, "s", 255);
                }))
        .contains(Scaling.NONE);
  }

  /** What reads the images beside the scaling would be fed something else. */
  @Test
  void imagesThatAreReadTwiceTellNothing() {
    assertThat(
            expected(
                (g, x) -> {
                  String scaled = by(g, "Mul", x, "s", 1 / 255.0);
                  return g.addFloat("AddV2", "both", scaled, g.addFloat("Relu", "r", x));
                }))
        .isEmpty();
  }

  /** As Keras 3 exports what Normalization has learnt. */
  @Test
  void theFactorMayBeAVariable() {
    Parameter deviation =
        new Parameter("std", Shape.of(3), ParameterKind.OTHER, new Initializer.Constant(60));
    assertThat(expected((g, x) -> g.addFloat("RealDiv", "s", x, g.parameter(deviation))))
        .contains(Scaling.NONE);
  }

  @Test
  void whatDoesNotScaleTellsNothing() {
    assertThat(expected((g, x) -> x)).isEmpty();
    assertThat(expected((g, x) -> g.addFloat("Identity", "i", x))).isEmpty();
    assertThat(expected((g, x) -> g.addFloat("Mul", "square", x, x))).isEmpty();
    assertThat(expected((g, x) -> g.addFloat("Mul", "gate", x, g.addFloat("Sigmoid", "p", x))))
        .isEmpty();
    Network ours = TestNetworks.network("resnet8", 28, 1, 0.125);
    Weights weights = ours.initialise(1);
    assertThat(InputScaling.expected(new Model(ours, weights))).isEmpty();
  }
}
