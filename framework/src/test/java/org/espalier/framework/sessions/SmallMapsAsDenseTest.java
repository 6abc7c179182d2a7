package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import org.espalier.framework.TestNetworks;
import org.espalier.framework.training.Threads;
import org.espalier.graphs.Network;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.architectures.Options;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.rewrites.Rewritten;
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
    Rewritten rewritten = new SmallMapsAsDense(OpRules.standard()).apply(network);
    assertThat(convolutions(network) - convolutions(rewritten.network())).isEqualTo(2);
    assertThat(rewritten.network().parameters()).isEqualTo(network.parameters());
    ShapedArray images = TestNetworks.images(network, 5, 3);
    ShapedArray expected = logits(network, weights, images);
    ShapedArray found = logits(rewritten.network(), rewritten.carry().apply(weights), images);
    assertThat(TestNetworks.error(found, expected)).isLessThan(1e-5);
  }

  private static long convolutions(Network network) {
    return network.graph().getNodeList().stream().filter(n -> n.getOp().equals("Conv2D")).count();
  }

  private static ShapedArray logits(Network network, Weights weights, ShapedArray images) {
    try (Predictor predictor = new Predictor(network, weights, Threads.all())) {
      return predictor.logits(images);
    }
  }
}
