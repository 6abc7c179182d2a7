package org.espalier.framework.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.sessions.GoldenWeights;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three steps end where PyTorch's, in double precision, end. */
class GoldenTrainingTest {
  /** The recipes and losses of {@code make_golden.py}. */
  private static Recipe recipe(String fixture) {
    Recipe sgd =
        Recipe.CIFAR
            .withOptimiser(new Sgd(0.9, fixture.endsWith("nesterov")))
            .withWeightDecay(1e-4);
    return switch (fixture) {
      case "training-step-adam" -> sgd.withOptimiser(new Adam(0.9, 0.99, 1e-3));
      case "training-step-penalty" -> sgd.withPenalties(List.of(Penalty.parse("l1:bn-scale:0.05")));
      default -> sgd;
    };
  }

  private static Loss loss(String fixture, Network network) {
    Model teacher = new Model(network, GoldenWeights.of(network));
    return switch (fixture) {
      case "training-step-soft" -> Loss.teacher(teacher, 2);
      case "training-step-distance" -> Loss.teacher(teacher, 0);
      default -> Loss.labels();
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "training-step",
        "training-step-nesterov",
        "training-step-adam",
        "training-step-penalty",
        "training-step-soft",
        "training-step-distance"
      })
  void followsPyTorch(String fixture) {
    JsonNode golden = GoldenWeights.fixture(fixture);
    Network network = TestNetworks.network("resnet8", 28, 1, 0.25);
    Weights weights = GoldenWeights.of(network);
    for (Parameter p : network.parameters(k -> !k.isTrained())) {
      float fresh = p.kind() == ParameterKind.BN_MEAN ? 0 : 1;
      weights = weights.with(p.name(), ShapedArray.filled(p.shape(), fresh));
    }
    assertThat(GoldenWeights.checksum(weights))
        .isCloseTo(golden.get("checksum").doubleValue(), withinPercentage(1e-8));
    ShapedArray images = GoldenWeights.images("train-images", golden.get("images"));
    int[] labels = GoldenWeights.ints(golden.get("labels"));
    try (TrainingSession session =
        Sessions.open(network, Normalisation.none(1), recipe(fixture), loss(fixture, network))) {
      session.write(weights);
      session.write(session.zeroSlots());
      float rate = golden.get("learningRate").floatValue();
      long step = 0;
      for (JsonNode loss : golden.get("losses")) {
        double found = session.step(images, labels, rate, ++step).loss();
        assertThat(found / loss.doubleValue()).isCloseTo(1, within(1e-5));
      }
      Weights trained = session.read();
      assertThat(golden.get("parameters")).hasSize(trained.names().size());
      for (Parameter p : network.parameters()) {
        JsonNode expected = golden.get("parameters").get(p.name());
        float[] found = trained.get(p.name()).values();
        assertThat(expected).hasSize(found.length);
        for (int i = 0; i < found.length; i++) {
          assertThat((double) found[i])
              .as("%s[%d]", p.name(), i)
              .isCloseTo(expected.get(i).doubleValue(), within(5e-6));
        }
      }
    }
  }
}
