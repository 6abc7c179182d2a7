package org.espalier.framework.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.espalier.framework.TestNetworks;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.Predictor;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.architectures.Options;
import org.espalier.graphs.ops.rules.StandardRules;
import org.espalier.graphs.rewrites.SmallMapsAsDense;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmallMapsAsDenseTest {
  /** VGG-11 has two convolutions in its last stage: on 2x2 pixels of 32x32, on one of 28x28. */
  @ParameterizedTest
  @CsvSource({"32, 32", "28, 28", "32, 28", "28, 32"})
  void theDenseLayerIsTheConvolution(int height, int width) {
    Network network =
        TestNetworks.WIRED
            .architectures()
            .get("vgg11")
            .build(new Options(height, width, 3, 10, 0.25));
    Weights weights = TestNetworks.weights(network, 3);
    Rewritten rewritten = new SmallMapsAsDense(StandardRules.create()).apply(network);
    assertThat(convolutions(network) - convolutions(rewritten.network())).isEqualTo(2);
    assertThat(rewritten.network().parameters()).isEqualTo(network.parameters());
    ShapedArray images = TestNetworks.images(network, 5, 3);
    ShapedArray expected = logits(network, weights, images);
    ShapedArray found = logits(rewritten.network(), rewritten.carry().apply(weights), images);
    assertThat(TestNetworks.error(found, expected)).isLessThan(1e-5);
  }

  private static long convolutions(Network network) {
    return network.graph().nodes().stream().filter(n -> n.getOp().equals("Conv2D")).count();
  }

  private static ShapedArray logits(Network network, Weights weights, ShapedArray images) {
    try (Predictor predictor = new Predictor(new Model(network, weights), Machine.all())) {
      return predictor.logits(images);
    }
  }
}
