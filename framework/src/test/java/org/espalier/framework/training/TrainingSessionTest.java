package org.espalier.framework.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.Predictor;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.junit.jupiter.api.Test;

class TrainingSessionTest {
  private static final int BATCH = 8;
  private static final Normalisation SCALE =
      new Normalisation(new float[] {0.4f, 0.5f, 0.6f}, new float[] {0.2f, 0.25f, 0.3f});

  private final Network network = TestNetworks.network("resnet20", 32, 3, 0.25);

  private static TrainingSession open(Network network) {
    return Sessions.sgd(network, SCALE, 0.9f, true, 1e-4f);
  }

  private static ImageSet batch(long seed, int size) {
    RandomStream random = RandomStream.of(seed, "batch");
    byte[] pixels = new byte[size * 32 * 32 * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = random.nextInt(10);
    }
    return new ImageSet("random", 32, 32, 3, 10, pixels, labels);
  }

  private static double train(TrainingSession session, int steps) {
    double loss = 0;
    for (int i = 0; i < steps; i++) {
      ImageSet b = batch(i, BATCH);
      loss = session.step(b.pixels(), b.labels(), BATCH, 0.05f, 1).loss();
    }
    return loss;
  }

  /** All that a training leaves behind. */
  private record End(double loss, Weights weights, Weights momentum) {}

  private End run(long seed) {
    try (TrainingSession session = open(network)) {
      session.write(network.initialise(seed));
      session.write(session.zeroSlots());
      double loss = train(session, 5);
      return new End(loss, session.read(), session.readSlots());
    }
  }

  @Test
  void theSameSeedGivesTheSameBits() {
    End first = run(1);
    assertThat(run(1)).isEqualTo(first);
    assertThat(run(2).weights()).isNotEqualTo(first.weights());
  }

  @Test
  void stoppingAndGoingOnIsNeverHavingStopped() {
    End whole = run(1);
    Weights weights;
    Weights momentum;
    try (TrainingSession session = open(network)) {
      session.write(network.initialise(1));
      session.write(session.zeroSlots());
      train(session, 2);
      weights = session.read();
      momentum = session.readSlots();
    }
    try (TrainingSession session = open(network)) {
      session.write(weights);
      session.write(momentum);
      for (int i = 2; i < 5; i++) {
        ImageSet b = batch(i, BATCH);
        session.step(b.pixels(), b.labels(), BATCH, 0.05f, 1);
      }
      assertThat(session.read()).isEqualTo(whole.weights());
      assertThat(session.readSlots()).isEqualTo(whole.momentum());
    }
  }

  private static Weights copy(Weights weights) {
    Map<String, ShapedArray> copies = new LinkedHashMap<>();
    weights
        .asMap()
        .forEach((n, a) -> copies.put(n, new ShapedArray(a.shape(), a.values().clone())));
    return Weights.of(copies);
  }

  @Test
  void weightsThatCrossTheBorderAreCopies() {
    Weights written = TestNetworks.weights(network, 6);
    Weights original = copy(written);
    try (TrainingSession session = open(network)) {
      session.write(written);
      session.write(session.zeroSlots());
      Weights read = session.read();
      assertThat(read).isEqualTo(written);
      assertThat(read.names())
          .containsExactlyElementsOf(network.parameters().stream().map(Parameter::name).toList());
      train(session, 2);
      assertThat(written).isEqualTo(original);
      assertThat(read).isEqualTo(original);
      Weights now = session.read();
      assertThat(now).isNotEqualTo(original);
      Weights kept = copy(now);
      now.asMap().values().forEach(a -> java.util.Arrays.fill(a.values(), 7f));
      assertThat(session.read()).isEqualTo(kept);
    }
  }

  @Test
  void weightsOfTheWrongShapeAreRefused() {
    Weights wrong =
        Weights.empty().with("stem/kernel", ShapedArray.filled(Shape.of(3, 3, 3, 5), 0f));
    try (TrainingSession session = open(network)) {
      assertThatThrownBy(() -> session.write(wrong))
          .isInstanceOf(BadInputException.class)
          .hasMessage(
              "weights: parameter 'stem/kernel' should have shape [3,3,3,4], found [3,3,3,5]");
    }
    assertThatThrownBy(() -> new Predictor(new Model(network, wrong), Machine.all()))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("resnet20: parameter 'stem/kernel' should have shape");
  }

  /** Evaluation beside the training, on its own, and by hand from the logits: one number. */
  @Test
  void evaluationIsWhatThePredictorSays() {
    ImageSet images = batch(9, 20);
    Weights weights;
    TrainingSession.Outcome beside;
    try (TrainingSession session = open(network)) {
      session.write(TestNetworks.weights(network, 6));
      session.write(session.zeroSlots());
      train(session, 1);
      weights = session.read();
      beside = session.evaluate(images.pixels(), images.labels(), images.size());
      assertThat(session.read()).isEqualTo(weights);
    }
    Evaluator.Score alone =
        Evaluator.score(new Model(network, weights), images, SCALE, 7, Machine.all());
    ShapedArray logits;
    try (Predictor predictor = new Predictor(new Model(network, weights), Machine.all())) {
      logits = predictor.logits(scaled(images));
      assertThat(TestNetworks.error(predictor.logits(scaled(images), 6), logits)).isLessThan(1e-6);
    }
    double loss = 0;
    int correct = 0;
    for (int i = 0; i < images.size(); i++) {
      double sum = 0;
      int best = 0;
      for (int c = 0; c < 10; c++) {
        sum += Math.exp(logits.values()[10 * i + c]);
        best = logits.values()[10 * i + c] > logits.values()[10 * i + best] ? c : best;
      }
      loss += Math.log(sum) - logits.values()[10 * i + images.labels()[i]];
      correct += best == images.labels()[i] ? 1 : 0;
    }
    assertThat(beside.correct()).isEqualTo(correct);
    assertThat(beside.loss()).isCloseTo(loss / 20, within(1e-5));
    assertThat(alone.accuracy()).isEqualTo(correct / 20.0);
    assertThat(alone.loss()).isCloseTo(loss / 20, within(1e-5));
    assertThat(alone.images()).isEqualTo(20);
  }

  private static ShapedArray scaled(ImageSet images) {
    float[] values = new float[images.pixels().length];
    for (int i = 0; i < values.length; i++) {
      double pixel = (images.pixels()[i] & 0xff) / 255.0;
      values[i] = (float) ((pixel - SCALE.mean()[i % 3]) / SCALE.std()[i % 3]);
    }
    return new ShapedArray(Shape.of(images.size(), 32, 32, 3), values);
  }

  @Test
  void theLossFallsOnABatchThatIsLearntByHeart() {
    ImageSet b = batch(0, BATCH);
    try (TrainingSession session = open(network)) {
      session.write(network.initialise(1));
      session.write(session.zeroSlots());
      double first = session.step(b.pixels(), b.labels(), BATCH, 0.05f, 1).loss();
      double last = first;
      for (int i = 0; i < 30; i++) {
        last = session.step(b.pixels(), b.labels(), BATCH, 0.05f, 1).loss();
      }
      assertThat(last).isLessThan(0.5 * first);
      List<Parameter> statistics = network.parameters(k -> k == ParameterKind.BN_VARIANCE);
      Weights weights = session.read();
      assertThat(statistics)
          .allSatisfy(
              p ->
                  assertThat(weights.get(p.name())).isNotEqualTo(ShapedArray.filled(p.shape(), 1)));
    }
  }
}
