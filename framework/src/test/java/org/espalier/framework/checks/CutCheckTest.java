package org.espalier.framework.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.Predictor;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
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
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.RemoveChannels;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;

class CutCheckTest {
  private static final Network NETWORK = TestNetworks.network("resnet8", 12, 1, 0.25);

  private static Agreement proof(Weights before, String changed, float by) {
    ChannelAnalysis analysis = ChannelAnalysis.of(NETWORK, TestNetworks.WIRED.rules());
    Cut cut = TestNetworks.randomCut(analysis, 1);
    Rewritten removed = new RemoveChannels(cut, TestNetworks.WIRED.rules()).apply(analysis);
    Weights after = removed.carry().apply(before);
    float[] values = after.get(changed).values().clone();
    values[0] += by;
    Weights other = after.with(changed, new ShapedArray(after.get(changed).shape(), values));
    Model model = new Model(removed.network(), other);
    return CutCheck.proof(analysis, before, cut, model, Machine.threads(1));
  }

  @Test
  void aNetworkThatDiffersFromTheMaskedOneIsRefused() {
    Weights weights = TestNetworks.weights(NETWORK, 1);
    assertThat(proof(weights, "dense/bias", 0).holds()).isTrue();
    for (String changed : new String[] {"dense/bias", "stem/kernel"}) {
      assertThatThrownBy(() -> proof(weights, changed, 0.5f))
          .isInstanceOf(BadInputException.class)
          .hasMessageStartingWith("resnet8: the pruned network differs from the masked one by ")
          .hasMessageEndingWith("exclude groups to find which is at fault");
    }
  }

  /** A network of one bias, that is rounded to a multiple of 4. */
  private static Model rounding(float bias) {
    GraphBuilder g = new GraphBuilder();
    String images = g.placeholder(Network.IMAGES, DataType.DT_FLOAT, Shape.of(Shape.UNKNOWN, 1));
    String kernel =
        g.parameter(
            new Parameter("k", Shape.of(1, 1), ParameterKind.DENSE_KERNEL, Initializer.zeros()));
    String read =
        g.parameter(new Parameter("b", Shape.of(1), ParameterKind.BIAS, Initializer.zeros()));
    String sum = g.addFloat("AddV2", "sum", g.addFloat("MatMul", "product", images, kernel), read);
    Map<String, AttrValue> range =
        Map.of(
            "min",
            Attributes.real(0),
            "max",
            Attributes.real(12),
            "num_bits",
            Attributes.number(2));
    String logits = g.add("FakeQuantWithMinMaxArgs", Network.LOGITS, range, sum);
    return new Model(
        new Network(
            "rounding",
            g.build(),
            Map.of(Network.IMAGES, TensorRef.of(images)),
            Map.of(Network.LOGITS, TensorRef.of(logits))),
        Weights.empty()
            .with("k", ShapedArray.filled(Shape.of(1, 1), 0))
            .with("b", ShapedArray.filled(Shape.of(1), bias)));
  }

  /** Just below a half is rounded down, just above it up; that is no difference to speak of. */
  @Test
  void whatIsRoundedIsComparedWithoutTheSteps() {
    Model model = rounding(1.99999f);
    ChannelAnalysis analysis = ChannelAnalysis.of(model.network(), TestNetworks.WIRED.rules());
    Cut nothing = new Cut("nothing", Map.of(), List.of());
    Agreement proof =
        CutCheck.of(analysis, model.weights(), nothing, rounding(2.00001f), 2, Machine.threads(1));
    assertThat(proof.difference()).isPositive().isLessThan(1e-4);
    assertThat(proof.largest()).isCloseTo(2, within(1e-4));
    assertThat(
            CutCheck.of(analysis, model.weights(), nothing, rounding(3), 2, Machine.threads(1))
                .difference())
        .isCloseTo(1, within(1e-4));
    try (Predictor down = new Predictor(model, Machine.threads(1));
        Predictor up = new Predictor(rounding(2.00001f), Machine.threads(1))) {
      ShapedArray image = ShapedArray.filled(Shape.of(1, 1), 1);
      assertThat(down.logits(image).values()).containsExactly(0f);
      assertThat(up.logits(image).values()).containsExactly(4f);
    }
  }
}
