package org.espalier.framework.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.data.Normalisation;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.rewrites.InsertBranchScales;
import org.espalier.graphs.rewrites.InsertChannelScales;
import org.espalier.graphs.rewrites.ScatterOutputs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The gradient of every parameter is the slope of the loss, along the gradient mixed with a random
 * direction. The first momentum, without decay, is the gradient itself.
 *
 * <p>The loss is a float near 3, so a difference of two is off by about 5e-7 and a slope over a
 * distance of 6e-4 by 8e-4. Rectifiers and max-pools that switch on the way add an error that
 * shrinks with the distance: up to 6% of the gradient at 1e-2, 1.3% at 1e-3, 0.5% at 3e-4.
 */
class GradientTest {
  private static final double DISTANCE = 3e-4;
  private static final int[] LABELS = {0, 3, 9, 1, 4, 7, 7, 2};

  @ParameterizedTest
  @CsvSource({"vgg11, 32, 3", "resnet8, 28, 1", "resnet8-sfp, 28, 1", "lenet5, 28, 1"})
  void isTheSlopeOfTheLoss(String name, int size, int channels) {
    isTheSlopeOfTheLoss(TestNetworks.network(name, size, channels, 0.25), channels);
  }

  /** Also with scales of branches and channels, and where outputs are scattered into a trunk. */
  @Test
  void isTheSlopeOfScalesAndThroughScatteredOutputs() {
    OpRules rules = TestNetworks.WIRED.rules();
    Map<String, int[]> kept =
        Map.of(
            "stem/kernel", new int[] {0, 3},
            "stage2/block1/conv2/kernel", new int[] {1, 2, 6});
    Network network =
        new InsertChannelScales(rules)
            .apply(TestNetworks.network("resnet8", 28, 1, 0.25))
            .then(new InsertBranchScales(rules))
            .then(new ScatterOutputs(kept, rules))
            .network();
    assertThat(network.parameters(k -> k == ParameterKind.BRANCH_SCALE)).hasSize(6);
    isTheSlopeOfTheLoss(network, 1);
  }

  private static void isTheSlopeOfTheLoss(Network network, int channels) {
    Weights weights = TestNetworks.weights(network, 3);
    ShapedArray images = TestNetworks.images(network, LABELS.length, 4);
    try (TrainingSession session =
        Sessions.sgd(network, Normalisation.none(channels), 0.9f, false, 0f)) {
      session.write(weights);
      session.write(session.zeroSlots());
      session.step(images, LABELS, 0f, 1);
      Weights gradients = session.readSlots();
      for (Parameter p : network.parameters(ParameterKind::isTrained)) {
        float[] gradient = gradients.get(Sessions.momentumOf(p.name())).values();
        double[] direction = direction(gradient, RandomStream.of(5, p.name()));
        double expected = 0;
        for (int i = 0; i < gradient.length; i++) {
          expected += gradient[i] * direction[i];
        }
        double above = loss(session, weights, p, direction, DISTANCE, images);
        double below = loss(session, weights, p, direction, -DISTANCE, images);
        double slope = (above - below) / (2 * DISTANCE);
        assertThat(slope).as(p.name()).isCloseTo(expected, within(1.5e-3 + 0.01 * norm(gradient)));
      }
    }
  }

  /**
   * Nothing on the way to a parameter stops the gradient, in any kind of network. Biases are left
   * out: before batch norm their gradient is zero but for rounding.
   */
  @ParameterizedTest
  @ValueSource(strings = {"vgg11-slimming-imagenet", "resnet18", "resnet50-2x", "preresnet50-sss"})
  void reachesEveryParameter(String name) {
    Network network = TestNetworks.network(name, 64, 3, 0.1);
    ShapedArray images = TestNetworks.images(network, LABELS.length, 4);
    try (TrainingSession session = Sessions.sgd(network, Normalisation.none(3), 0.9f, false, 0f)) {
      session.write(TestNetworks.weights(network, 3));
      session.write(session.zeroSlots());
      assertThat(session.step(images, LABELS, 0f, 1).loss()).isFinite();
      Weights gradients = session.readSlots();
      for (Parameter p : network.parameters(k -> k.isTrained() && k != ParameterKind.BIAS)) {
        float[] gradient = gradients.get(Sessions.momentumOf(p.name())).values();
        assertThat(norm(gradient)).as(p.name()).isPositive().isFinite();
      }
    }
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float v : values) {
      sum += (double) v * v;
    }
    return Math.sqrt(sum);
  }

  /**
   * Of length 1. A gradient that is zero but for rounding (a bias before batch norm) is left out.
   */
  private static double[] direction(float[] gradient, RandomStream random) {
    int n = gradient.length;
    float[] noise = new float[n];
    for (int i = 0; i < n; i++) {
      noise[i] = (float) random.nextGaussian();
    }
    double norm = norm(gradient);
    double noiseNorm = norm(noise);
    float[] sum = new float[n];
    for (int i = 0; i < n; i++) {
      sum[i] = (float) (noise[i] / noiseNorm + (norm > 1e-6 ? gradient[i] / norm : 0));
    }
    double length = norm(sum);
    double[] direction = new double[n];
    for (int i = 0; i < n; i++) {
      direction[i] = sum[i] / length;
    }
    return direction;
  }

  private static double loss(
      TrainingSession session,
      Weights weights,
      Parameter p,
      double[] direction,
      double distance,
      ShapedArray images) {
    float[] moved = weights.get(p.name()).values().clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += (float) (distance * direction[i]);
    }
    session.write(weights.with(p.name(), new ShapedArray(p.shape(), moved)));
    return session.step(images, LABELS, 0f, 1).loss();
  }
}
