package org.espalier.framework.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.data.Normalisation;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.rewrites.InferenceForm;
import org.espalier.graphs.rewrites.InsertMasks;
import org.espalier.graphs.rewrites.Masks;
import org.junit.jupiter.api.Test;

/** What is masked stays out of the training. */
class MaskedTrainingTest {
  private static final int[] LABELS = {0, 3, 9, 1, 4, 7};

  private final Network plain = TestNetworks.network("resnet8", 28, 1, 0.25);
  private final Rewritten rewritten = InsertMasks.onKernels(plain).apply(plain);
  private final Network network = rewritten.network();
  private final ShapedArray images = TestNetworks.images(network, LABELS.length, 2);

  private Masks randomMasks() {
    Map<String, ShapedArray> masks = new LinkedHashMap<>();
    for (Parameter p : plain.parameters(ParameterKind::isKernel)) {
      RandomStream random = RandomStream.of(8, p.name());
      float[] mask = new float[(int) p.shape().elements()];
      for (int i = 0; i < mask.length; i++) {
        mask[i] = random.nextInt(3) == 0 ? 1 : 0;
      }
      masks.put(p.name(), new ShapedArray(p.shape(), mask));
    }
    return new Masks(masks);
  }

  private TrainingSession open(Weights weights, float decay) {
    TrainingSession session = Sessions.sgd(network, Normalisation.none(1), 0.9f, false, decay);
    session.write(weights);
    session.write(session.zeroSlots());
    return session;
  }

  @Test
  void maskedWeightsStayZeroAndGetNoGradient() {
    Masks masks = randomMasks();
    Weights start = masks.put(network, rewritten.carry().apply(plain.initialise(1)));
    // Merging the masks and masking again: values that are masked start at zero.
    Weights merged = new InferenceForm().apply(network).carry().apply(start);
    Weights zeroed = masks.put(network, rewritten.carry().apply(merged));
    try (TrainingSession session = open(zeroed, 1e-4f)) {
      for (int i = 0; i < 3; i++) {
        session.step(images, LABELS, 0.1f, 1);
      }
      Weights trained = session.read();
      Weights momentum = session.readSlots();
      masks
          .byParameter()
          .forEach(
              (name, mask) -> {
                assertThat(trained.get(Masks.nameFor(name))).isEqualTo(mask);
                boolean moved = false;
                for (int i = 0; i < mask.values().length; i++) {
                  if (mask.values()[i] == 0) {
                    assertThat(trained.get(name).values()[i]).isZero();
                    assertThat(momentum.get(Sessions.momentumOf(name)).values()[i]).isZero();
                  } else {
                    moved |= trained.get(name).values()[i] != zeroed.get(name).values()[i];
                  }
                }
                assertThat(moved).as(name).isTrue();
              });
    }
  }

  /** Even where the variable itself still holds a number, no gradient and no effect. */
  @Test
  void whatTheVariableHoldsUnderTheMaskDoesNotMatter() {
    Masks masks = randomMasks();
    Weights start = masks.put(network, rewritten.carry().apply(plain.initialise(1)));
    Weights merged = new InferenceForm().apply(network).carry().apply(start);
    Weights zeroed = masks.put(network, rewritten.carry().apply(merged));
    assertThat(zeroed).isNotEqualTo(start);
    try (TrainingSession session = open(start, 0f)) {
      double loss = session.step(images, LABELS, 0f, 1).loss();
      Weights gradients = session.readSlots();
      masks
          .byParameter()
          .forEach(
              (name, mask) -> {
                for (int i = 0; i < mask.values().length; i++) {
                  if (mask.values()[i] == 0) {
                    assertThat(gradients.get(Sessions.momentumOf(name)).values()[i]).isZero();
                  }
                }
              });
      session.write(zeroed);
      assertThat(session.step(images, LABELS, 0f, 1).loss()).isEqualTo(loss);
    }
  }

  /** A mask is data: writing another one takes effect at the next step. */
  @Test
  void aMaskCanChangeBetweenSteps() {
    Weights ones = rewritten.carry().apply(plain.initialise(1));
    try (TrainingSession session = open(ones, 0f)) {
      double dense = session.step(images, LABELS, 0f, 1).loss();
      session.write(randomMasks().put(network, Weights.empty()));
      assertThat(session.step(images, LABELS, 0f, 1).loss()).isNotEqualTo(dense);
      session.write(ones);
      assertThat(session.step(images, LABELS, 0f, 1).loss()).isEqualTo(dense);
    }
  }
}
