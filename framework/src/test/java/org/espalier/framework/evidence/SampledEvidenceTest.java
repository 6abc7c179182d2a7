package org.espalier.framework.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.TinyJobs;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.Predictor;
import org.espalier.framework.training.Evaluator;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a pruning method is shown is what the network does. */
class SampledEvidenceTest {
  private static final Machine ONE = Machine.threads(1);
  private static final Normalisation SCALE =
      new Normalisation(new float[] {0.4f}, new float[] {0.3f});

  /** More than a batch, and no multiple of one. */
  private static final int IMAGES = 60;

  private final Network network = TinyJobs.network();
  private final Weights weights = TestNetworks.weights(network, 3);
  private final ImageSet set = TinyJobs.images(120, 1);
  private final ImageSet seen = set.take(IMAGES);

  private Evidence evidence() {
    Dataset data = new Dataset("tiny", set, TinyJobs.images(20, 2), SCALE, Augmentation.NONE);
    ChannelAnalysis analysis = ChannelAnalysis.of(network, TestNetworks.WIRED.rules());
    return new SampledEvidence(analysis, weights, Optional.of(data), ONE);
  }

  private List<ShapedArray> logits(int images) {
    List<ShapedArray> batches = new ArrayList<>();
    evidence()
        .sample(images)
        .activations(List.of(network.logits()), b -> batches.add(b.get(network.logits())));
    return batches;
  }

  @Test
  void activationsAreThoseOfTheNetworkOnTheImages() {
    float[] pixels = new float[seen.pixels().length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = ((seen.pixels()[i] & 0xff) / 255f - 0.4f) / 0.3f;
    }
    ShapedArray images = new ShapedArray(network.imageShape().with(0, IMAGES), pixels);
    ShapedArray expected;
    try (Predictor predictor = new Predictor(new Model(network, weights), ONE)) {
      expected = predictor.logits(images);
    }
    int from = 0;
    for (ShapedArray batch : logits(IMAGES)) {
      for (float value : batch.values()) {
        assertThat(value).isCloseTo(expected.values()[from++], within(1e-4f));
      }
    }
    assertThat(from).isEqualTo(expected.values().length);
  }

  @Test
  void aSampleIsAsLargeAsWasAskedForAndAlwaysTheSame() {
    assertThat(evidence().sample(IMAGES).images()).isEqualTo(IMAGES);
    assertThat(evidence().sample(1000).images()).isEqualTo(120);
    List<ShapedArray> batches = logits(IMAGES);
    assertThat(batches.stream().mapToInt(b -> b.shape().dim(0)).sum()).isEqualTo(IMAGES);
    assertThat(batches).hasSizeGreaterThan(1).allMatch(b -> b.shape().dim(1) == 10);
    assertThat(logits(IMAGES)).isEqualTo(batches);
    assertThat(logits(120).get(0)).isNotEqualTo(batches.get(1));
  }

  /** The cross-entropy's gradient by the logits of an image: its probabilities less its label. */
  @Test
  void theGradientOfAnImageIsThatOfItsOwnLoss() {
    int[] image = {0};
    evidence()
        .sample(IMAGES)
        .gradients(
            List.of(network.logits()),
            (values, gradients) -> {
              float[] v = values.get(network.logits()).values();
              float[] g = gradients.get(network.logits()).values();
              for (int i = 0; i < v.length; i += 10, image[0]++) {
                double sum = 0;
                for (int c = 0; c < 10; c++) {
                  sum += Math.exp(v[i + c]);
                }
                for (int c = 0; c < 10; c++) {
                  int label = seen.labels()[image[0]] == c ? 1 : 0;
                  assertThat((double) g[i + c])
                      .isCloseTo(Math.exp(v[i + c]) / sum - label, within(1e-5));
                }
              }
            });
    assertThat(image[0]).isEqualTo(IMAGES);
  }

  private double loss(Weights changed) {
    return Evaluator.score(new Model(network, changed), seen, SCALE, 60, ONE).loss();
  }

  private Weights moved(Parameter p, float[] direction, double distance) {
    float[] moved = weights.get(p.name()).values().clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += (float) (distance * direction[i]);
    }
    return weights.with(p.name(), new ShapedArray(p.shape(), moved));
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float v : values) {
      sum += (double) v * v;
    }
    return Math.sqrt(sum);
  }

  /** Along the gradient the mean loss of the sample rises by its length. */
  @Test
  @Tag("slow")
  void theGradientOfAParameterIsTheSlopeOfTheMeanLoss() {
    Weights gradients = evidence().sample(IMAGES).gradients();
    List<Parameter> trained = network.parameters(ParameterKind::isTrained);
    assertThat(gradients.asMap().keySet())
        .containsExactlyElementsOf(trained.stream().map(Parameter::name).toList());
    for (Parameter p : trained) {
      assertThat(gradients.get(p.name()).shape()).isEqualTo(p.shape());
      float[] gradient = gradients.get(p.name()).values();
      double norm = norm(gradient);
      assertThat(norm).as(p.name()).isPositive();
      double distance = 1e-3 / norm;
      double rise = loss(moved(p, gradient, distance)) - loss(moved(p, gradient, -distance));
      assertThat(rise / 2e-3).as(p.name()).isCloseTo(norm, within(2e-3 + 0.03 * norm));
    }
  }

  @Test
  void whatCannotBeShownIsRefused() {
    assertThatThrownBy(() -> evidence().sample(0))
        .isInstanceOf(UsageException.class)
        .hasMessage("a sample has at least 1 image, found 0");
    Evidence blind = Evidence.of(evidence().analysis(), weights);
    assertThatThrownBy(() -> blind.sample(1))
        .isInstanceOf(UsageException.class)
        .hasMessage("this pruning method looks at images, and no data set was given");
  }
}
