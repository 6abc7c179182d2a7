package org.espalier.framework.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.Predictor;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.espalier.graphs.rewrites.WithoutRounding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

/** What is rounded is cut off at the ends of its range instead. */
class WithoutRoundingTest {
  /** [2, 3, 2]. */
  private static final float[] FED = {
    -9.3f, -2.2f, -1.1f, -0.6f, -0.2f, 0.1f, 0.4f, 0.7f, 1.2f, 2.3f, 5.4f, 9.5f
  };

  /**
   * A kind of rounding.
   *
   * @param axis along which the ranges lie, or -1
   * @param low the least numbers that it leaves
   * @param high the largest
   */
  private enum Kind {
    FAKE("FakeQuantWithMinMaxVars", -1, false, new float[] {-1}, new float[] {2}),
    FAKE_ABOVE_ZERO("FakeQuantWithMinMaxVars", -1, false, new float[] {0.5f}, new float[] {2}),
    FAKE_BY_CHANNEL(
        "FakeQuantWithMinMaxVarsPerChannel", 2, false, new float[] {-1, -2}, new float[] {1, 3}),
    GIVEN("QuantizeAndDequantizeV4", -1, true, new float[] {-2}, new float[] {1}),
    GIVEN_BY_ROW(
        "QuantizeAndDequantizeV3", 1, true, new float[] {-1, -2, -3}, new float[] {1, 2, 3}),
    FOUND("QuantizeAndDequantizeV4", -1, false, new float[] {-1}, new float[] {1});

    final String op;
    final int axis;
    final boolean given;
    final float[] low;
    final float[] high;

    Kind(String op, int axis, boolean given, float[] low, float[] high) {
      this.op = op;
      this.axis = axis;
      this.given = given;
      this.low = low;
      this.high = high;
    }

    Model model() {
      GraphBuilder g = new GraphBuilder();
      String fed = g.placeholder(Network.IMAGES, DataType.DT_FLOAT, Shape.of(-1, 3, 2));
      Shape ranges = low.length == 1 ? Shape.of() : Shape.of(low.length);
      String from = g.constant("from", new ShapedArray(ranges, low));
      String to = g.constant("to", new ShapedArray(ranges, high));
      Map<String, AttrValue> attributes = new HashMap<>();
      if (op.startsWith("Quantize")) {
        attributes.put("T", Attributes.type(DataType.DT_FLOAT));
        attributes.put("axis", Attributes.number(axis));
        attributes.put("range_given", Attributes.flag(given));
      }
      String[] inputs =
          op.endsWith("V3")
              ? new String[] {fed, from, to, g.constant("bits", Shape.of(), 8)}
              : new String[] {fed, from, to};
      return WithoutRoundingTest.model(g, g.add(op, "rounded", attributes, inputs));
    }

    /** The range always holds zero; one that is found holds all. */
    float cut(int index) {
      if (this == FOUND) {
        return FED[index];
      }
      int at = axis < 0 ? 0 : axis == 2 ? index % 2 : index / 2 % 3;
      return Math.max(Math.min(0, low[at]), Math.min(Math.max(0, high[at]), FED[index]));
    }
  }

  private static Model model(GraphBuilder g, String logits) {
    Network network =
        new Network(
            "rounding",
            g.build(),
            Map.of(Network.IMAGES, TensorRef.of(Network.IMAGES)),
            Map.of(Network.LOGITS, TensorRef.of(logits)));
    return new Model(network, Weights.empty());
  }

  private static float[] answer(Model model) {
    try (Predictor predictor = new Predictor(model, Machine.threads(1))) {
      return predictor.logits(new ShapedArray(Shape.of(2, 3, 2), FED)).values();
    }
  }

  private static void checkCut(Model model, Kind kind) {
    assertThat(WithoutRounding.changes(model.network())).isTrue();
    Model smooth = model.rewritten(new WithoutRounding(TestNetworks.WIRED.rules()));
    assertThat(WithoutRounding.changes(smooth.network())).isFalse();
    float[] found = answer(smooth);
    for (int i = 0; i < FED.length; i++) {
      assertThat(found[i]).as("%s %s", kind, FED[i]).isEqualTo(kind.cut(i));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsInTheRangeStays(Kind kind) {
    checkCut(kind.model(), kind);
    assertThat(answer(kind.model())).isNotEqualTo(FED);
  }

  @Test
  void wholeNumbersAreRoundedNoMore() {
    GraphBuilder g = new GraphBuilder();
    String fed = g.placeholder(Network.IMAGES, DataType.DT_FLOAT, Shape.of(-1, 3, 2));
    checkCut(model(g, g.addFloat("Round", "rounded", fed)), Kind.FOUND);
  }

  /** What the attributes leave out is from -6 to 6. */
  @ParameterizedTest
  @EnumSource(names = {"FAKE", "FOUND"})
  void rangesMayBeAttributes(Kind kind) {
    GraphBuilder g = new GraphBuilder();
    String fed = g.placeholder(Network.IMAGES, DataType.DT_FLOAT, Shape.of(-1, 3, 2));
    Map<String, AttrValue> attributes =
        kind == Kind.FAKE
            ? Map.of("min", Attributes.real(-1), "max", Attributes.real(2))
            : Map.of();
    Model model = model(g, g.add("FakeQuantWithMinMaxArgs", "rounded", attributes, fed));
    if (kind == Kind.FAKE) {
      checkCut(model, kind);
      return;
    }
    float[] found = answer(model.rewritten(new WithoutRounding(TestNetworks.WIRED.rules())));
    assertThat(found[0]).isEqualTo(-6);
    assertThat(found[FED.length - 1]).isEqualTo(6);
    assertThat(found[1]).isEqualTo(FED[1]);
  }
}
