package org.espalier.framework.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.espalier.framework.TestNetworks;
import org.espalier.framework.data.Normalisation;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SGD's weight decay by hand, large enough to be seen beside the gradient, over two steps. */
class WeightDecayTest {
  private static final int[] LABELS = {0, 3, 9, 1};
  private static final float RATE = 0.125f;
  private static final float DECAY = 0.25f;

  private final Network network = TestNetworks.network("lenet-300-100", 28, 1, 0.1);
  private final ShapedArray images = TestNetworks.images(network, LABELS.length, 4);

  @ParameterizedTest
  @CsvSource({"0.75, false", "0.75, true", "0, false", "1e-3, false"})
  void isPartOfTheGradient(double momentum, boolean nesterov) {
    Weights first = TestNetworks.weights(network, 3);
    Weights firstGradient = gradient(first);
    Weights second;
    Weights third;
    try (TrainingSession session =
        Sessions.sgd(network, Normalisation.none(1), momentum, nesterov, DECAY)) {
      session.write(first);
      session.write(session.zeroSlots());
      session.step(images, LABELS, RATE, 1);
      second = session.read();
      session.step(images, LABELS, RATE, 2);
      third = session.read();
    }
    Weights secondGradient = gradient(second);
    for (Parameter p : network.parameters()) {
      float[] w1 = first.get(p.name()).values();
      float[] w2 = second.get(p.name()).values();
      float[] w3 = third.get(p.name()).values();
      float[] g1 = firstGradient.get(Sessions.momentumOf(p.name())).values();
      float[] g2 = secondGradient.get(Sessions.momentumOf(p.name())).values();
      for (int i = 0; i < w1.length; i++) {
        double d1 = g1[i] + DECAY * w1[i];
        double d2 = g2[i] + DECAY * w2[i];
        double v2 = momentum * d1 + d2;
        double moved1 = nesterov ? d1 + momentum * d1 : d1;
        double moved2 = nesterov ? d2 + momentum * v2 : v2;
        assertThat((double) w2[i]).isCloseTo(w1[i] - RATE * moved1, within(2e-7));
        assertThat((double) w3[i]).isCloseTo(w2[i] - RATE * moved2, within(2e-7));
      }
    }
  }

  /** Of the loss alone: what SGD without decay remembers after a first step. */
  private Weights gradient(Weights at) {
    try (TrainingSession session = Sessions.sgd(network, Normalisation.none(1), 0.9, false, 0)) {
      session.write(at);
      session.write(session.zeroSlots());
      session.step(images, LABELS, 0f, 1);
      return session.readSlots();
    }
  }
}
