package org.espalier.framework.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.TinyJobs;
import org.espalier.framework.data.Normalisation;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.rewrites.InsertBranchScales;
import org.espalier.graphs.rewrites.InsertChannelScales;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The step that drives the scales of branches and channels to zero. */
class ProximalStepTest {
  private static final int[] LABELS = {0, 3, 9, 1, 4, 7};
  private static final double STRENGTH = 0.9;

  /** With a scale for each branch and each channel inside of one. */
  private static Network network() {
    return new Rewritten(TinyJobs.network(), w -> w)
        .then(new InsertBranchScales(TestNetworks.WIRED.rules()))
        .then(new InsertChannelScales(TestNetworks.WIRED.rules()))
        .network();
  }

  private static Recipe proximal(double strength) {
    return TinyJobs.recipe(3, 12, 0.05)
        .withPenalties(
            List.of(new Penalty(Penalty.Norm.PROXIMAL_L1, ParameterKind.BRANCH_SCALE, strength)));
  }

  private static double soft(double a, double threshold) {
    return Math.signum(a) * Math.max(Math.abs(a) - threshold, 0);
  }

  /** By hand, with the gradient that plain SGD sees; decay is large and must not matter. */
  @Test
  void isTheClosedForm() {
    Network network = network();
    ShapedArray images = TestNetworks.images(network, LABELS.length, 4);
    List<Parameter> scales = network.parameters(k -> k == ParameterKind.BRANCH_SCALE);
    assertThat(scales).extracting(p -> p.shape().rank()).contains(0, 1);
    boolean zeroed = false;
    try (TrainingSession session =
            Sessions.open(network, Normalisation.none(1), proximal(STRENGTH).withWeightDecay(0.1));
        TrainingSession plain = Sessions.sgd(network, Normalisation.none(1), 0, false, 0)) {
      session.write(TestNetworks.weights(network, 3));
      session.write(session.zeroSlots());
      for (int step = 1; step <= 4; step++) {
        float rate = step < 3 ? 0.3f : 0.1f;
        Weights before = session.read();
        Weights velocities = session.readSlots();
        plain.write(before);
        plain.write(plain.zeroSlots());
        plain.step(images, LABELS, 0f, 1);
        Weights gradients = plain.readSlots();
        session.step(images, LABELS, rate, step);
        for (Parameter p : scales) {
          float[] w = before.get(p.name()).values();
          float[] v = velocities.get("espalier/velocity/" + p.name()).values();
          float[] g = gradients.get(Sessions.momentumOf(p.name())).values();
          float[] now = session.read().get(p.name()).values();
          float[] kept = session.readSlots().get("espalier/velocity/" + p.name()).values();
          for (int i = 0; i < w.length; i++) {
            double z = soft(w[i] - rate * g[i], rate * STRENGTH);
            double velocity = z - w[i] + 0.9 * v[i];
            double next = Math.max(0, z + 0.9 * velocity);
            assertThat((double) kept[i]).as(p.name()).isCloseTo(velocity, within(1e-5));
            assertThat((double) now[i]).as(p.name()).isCloseTo(next, within(1e-5));
            zeroed |= now[i] == 0;
          }
        }
      }
    }
    assertThat(zeroed).as("some scale is exactly zero").isTrue();
  }

  /** Everything else is trained by the optimiser, and the scales have no slot of its. */
  @Test
  void otherParametersAreTheOptimisers() {
    Network network = network();
    Recipe recipe = proximal(0.01).withOptimiser(new Adam(0.9, 0.99, 1e-8));
    try (TrainingSession session = Sessions.open(network, Normalisation.none(1), recipe)) {
      for (Parameter p : network.trained()) {
        boolean scale = p.kind() == ParameterKind.BRANCH_SCALE;
        assertThat(session.zeroSlots().contains("espalier/mean/" + p.name())).isEqualTo(!scale);
        assertThat(session.zeroSlots().contains("espalier/velocity/" + p.name())).isEqualTo(scale);
      }
    }
    TrainingJob job = TinyJobs.job(TinyJobs.recipe(1, 12, 0.05), TinyJobs.data(40, 20), 1);
    Model start = new Model(network, network.initialise(1));
    Weights with = train(new TrainingJob(start, proximal(0.01), job.data(), 1)).weights();
    Weights without =
        train(new TrainingJob(start, proximal(0.01).withPenalties(List.of()), job.data(), 1))
            .weights();
    assertThat(with.names()).isEqualTo(without.names());
    assertThat(with).isNotEqualTo(without);
  }

  private static TrainingState train(TrainingJob job) {
    return TinyJobs.trainer(job).train();
  }

  @Test
  void aTrainingTakenUpBetweenAnyTwoStepsIsOneNeverStopped() {
    Network network = network();
    TrainingJob job =
        new TrainingJob(
            new Model(network, network.initialise(1)), proximal(2), TinyJobs.data(40, 20), 1);
    TrainingState whole = train(job);
    List<Parameter> scales = network.parameters(k -> k == ParameterKind.BRANCH_SCALE);
    assertThat(scales)
        .as("a strong penalty makes zeros in twelve steps")
        .anySatisfy(p -> assertThat(whole.weights().get(p.name()).values()).contains(0f));
    Kept kept = new Kept(1);
    TinyJobs.trainer(job).train(Optional.empty(), kept);
    assertThat(kept.states).hasSize(12);
    for (int step : new int[] {1, 4, 6, 8, 11}) {
      TrainingState state = kept.states.get(step - 1);
      Kept.assertSame(TinyJobs.trainer(job).train(Optional.of(state), Trainer.Keeper.NONE), whole);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"proximal-l1:bn-scale:0.1", "proximal-l1:branch-scale:0"})
  void itIsForScalesThatStayAboveZero(String text) {
    assertThatThrownBy(() -> Penalty.parse(text))
        .isInstanceOf(UsageException.class)
        .hasMessageMatching("penalties.*found (bn-scale|0.0)");
  }

  @Test
  void itIsTheOnlyOneOnScales() {
    Penalty one = Penalty.parse("proximal-l1:branch-scale:0.01");
    assertThat(one).hasToString("proximal-l1:branch-scale:0.01");
    Penalty other = Penalty.parse("l1:branch-scale:0.1");
    assertThatThrownBy(() -> Recipe.CIFAR.withPenalties(List.of(one, other)))
        .hasMessageContaining("proximal-l1 is the only penalty that branch-scale can have");
    Recipe both = Recipe.CIFAR.withPenalties(List.of(one, Penalty.parse("l1:bn-scale:0.1")));
    assertThat(both.penalties()).hasSize(2);
    assertThat(Recipe.CIFAR.withPenalties(List.of(other)).penalties()).hasSize(1);
    TrainingJob job = TinyJobs.job(1, 1);
    assertThatThrownBy(
            () ->
                new TrainingJob(
                    job.start(), job.recipe().withPenalties(List.of(one)), job.data(), 1))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "penalties: proximal-l1:branch-scale:0.01 is for parameters that resnet8 has not");
  }
}
