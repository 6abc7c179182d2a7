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
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.rewrites.InsertMasks;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.NodeDef;

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
  private final ImageSet seen = set.sample(IMAGES, RandomStream.of(1, "sample"));

  private Evidence evidence() {
    Dataset data = new Dataset("tiny", set, TinyJobs.images(20, 2), SCALE, Augmentation.NONE);
    ChannelAnalysis analysis = ChannelAnalysis.of(network, TestNetworks.WIRED.rules());
    return new SampledEvidence(analysis, weights, Optional.of(data), ONE);
  }

  private List<ShapedArray> logits(int images) {
    List<ShapedArray> batches = new ArrayList<>();
    evidence()
        .sample(images, 1)
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
    assertThat(evidence().sample(IMAGES, 1).images()).isEqualTo(IMAGES);
    assertThat(evidence().sample(1000, 1).images()).isEqualTo(120);
    List<ShapedArray> batches = logits(IMAGES);
    assertThat(batches.stream().mapToInt(b -> b.shape().dim(0)).sum()).isEqualTo(IMAGES);
    assertThat(batches).hasSizeGreaterThan(1).allMatch(b -> b.shape().dim(1) == 10);
    assertThat(logits(IMAGES)).isEqualTo(batches);
    assertThat(logits(120).get(0)).isNotEqualTo(batches.get(1));
    assertThat(evidence().sample(IMAGES, 2).gradients())
        .isNotEqualTo(evidence().sample(IMAGES, 1).gradients());
  }

  /** The cross-entropy's gradient by the logits of an image: its probabilities less its label. */
  @Test
  void theGradientOfAnImageIsThatOfItsOwnLoss() {
    int[] image = {0};
    evidence()
        .sample(IMAGES, 1)
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
    Weights gradients = evidence().sample(IMAGES, 1).gradients();
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

  /**
   * An output of the last layer is the sum of what it reads, times weights: its derivative is what
   * it reads, and that of a bias one. Signs have no other square, so the estimate is exact there.
   */
  @Test
  void theSlopesOfTheLastLayerAreWhatItReads() {
    Weights slopes = evidence().sample(IMAGES, 1).squaredSlopes(2, 1);
    assertThat(slopes.get("dense/bias"))
        .isEqualTo(ShapedArray.filled(slopes.get("dense/bias").shape(), 1f));
    NodeDef dense =
        network.graph().nodes().stream()
            .filter(n -> n.getOp().equals("MatMul"))
            .findFirst()
            .orElseThrow();
    TensorRef read = TensorRef.parse(dense.getInput(0));
    int inputs = network.parameter("dense/kernel").shape().dim(0);
    double[] squares = new double[inputs];
    evidence()
        .sample(IMAGES, 1)
        .activations(
            List.of(read),
            batch -> {
              float[] values = batch.get(read).values();
              for (int i = 0; i < values.length; i++) {
                squares[i % inputs] += (double) values[i] * values[i] / IMAGES;
              }
            });
    float[] found = slopes.get("dense/kernel").values();
    for (int i = 0; i < found.length; i++) {
      double expected = squares[i / 10];
      assertThat((double) found[i]).isCloseTo(expected, within(1e-6 + 1e-4 * expected));
    }
    assertThat(evidence().sample(IMAGES, 1).squaredSlopes(2, 1)).isEqualTo(slopes);
    assertThat(evidence().sample(IMAGES, 1).squaredSlopes(2, 2)).isNotEqualTo(slopes);
  }

  private float[] logitsOf(Weights changed, ShapedArray images) {
    try (Predictor predictor = new Predictor(new Model(network, changed), ONE)) {
      return predictor.logits(images).values();
    }
  }

  /** Of the first layer, against central differences of every output. */
  @Test
  void theSlopesOfOtherLayersAreEstimated() {
    Dataset one = new Dataset("one", set.take(1), TinyJobs.images(20, 2), SCALE, Augmentation.NONE);
    ChannelAnalysis analysis = ChannelAnalysis.of(network, TestNetworks.WIRED.rules());
    Evidence evidence = new SampledEvidence(analysis, weights, Optional.of(one), ONE);
    Weights slopes = evidence.sample(1, 1).squaredSlopes(400, 1);
    float[] pixels = new float[100];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = ((set.take(1).pixels()[i] & 0xff) / 255f - 0.4f) / 0.3f;
    }
    ShapedArray image = new ShapedArray(network.imageShape().with(0, 1), pixels);
    Parameter stem = network.parameter("stem/kernel");
    double expected = 0;
    double found = 0;
    for (int i = 0; i < stem.shape().elements(); i += 4) {
      float[] direction = new float[(int) stem.shape().elements()];
      direction[i] = 1;
      float[] up = logitsOf(moved(stem, direction, 1e-2), image);
      float[] down = logitsOf(moved(stem, direction, -1e-2), image);
      for (int o = 0; o < up.length; o++) {
        expected += Math.pow((up[o] - down[o]) / 2e-2, 2);
      }
      found += slopes.get("stem/kernel").values()[i];
    }
    // The estimate of a sum is off by at most sqrt(2 / 400) of it, one time in three.
    assertThat(found).isCloseTo(expected, within(0.25 * expected));
  }

  /** What is masked is zero for whoever looks, whatever the variable holds. */
  @Test
  void weightsAreShownAsTheNetworkReadsThem() {
    Model masked =
        new Model(network, weights).rewritten(new InsertMasks(java.util.Set.of("stem/kernel")));
    ShapedArray none = ShapedArray.filled(network.parameter("stem/kernel").shape(), 0f);
    Weights put = masked.weights().with("stem/kernel/mask", none);
    ChannelAnalysis analysis = ChannelAnalysis.of(masked.network(), TestNetworks.WIRED.rules());
    Weights shown = Evidence.of(analysis, put).weights();
    assertThat(shown.get("stem/kernel")).isEqualTo(none);
    assertThat(shown.filter(n -> !n.equals("stem/kernel")))
        .isEqualTo(put.filter(n -> !n.equals("stem/kernel")));
  }

  @Test
  void whatCannotBeShownIsRefused() {
    assertThatThrownBy(() -> evidence().sample(0, 1))
        .isInstanceOf(UsageException.class)
        .hasMessage("a sample has at least 1 image, found 0");
    Evidence blind = Evidence.of(evidence().analysis(), weights);
    assertThatThrownBy(() -> blind.sample(1, 1))
        .isInstanceOf(UsageException.class)
        .hasMessage("this pruning method looks at images, and no data set was given; give dataset");
  }
}
