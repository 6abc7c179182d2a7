package org.espalier.framework.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.sessions.GoldenWeights;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three steps of SGD end where PyTorch's, in double precision, end. */
class GoldenTrainingTest {
  @ParameterizedTest
  @ValueSource(strings = {"training-step", "training-step-nesterov"})
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
        Sessions.sgd(
            network,
            Normalisation.none(1),
            golden.get("momentum").floatValue(),
            golden.get("nesterov").booleanValue(),
            golden.get("weightDecay").floatValue())) {
      session.write(weights);
      session.writeMomentum(session.zeroMomentum());
      float rate = golden.get("learningRate").floatValue();
      for (JsonNode loss : golden.get("losses")) {
        double found = session.step(images, labels, rate).loss();
        assertThat(found).isCloseTo(loss.doubleValue(), within(1e-5));
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
