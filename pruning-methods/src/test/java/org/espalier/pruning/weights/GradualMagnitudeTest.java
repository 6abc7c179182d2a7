package org.espalier.pruning.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.training.Adam;
import org.espalier.framework.training.Intervention;
import org.espalier.framework.training.Optimiser;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.Step;
import org.espalier.framework.training.Trainer;
import org.espalier.framework.training.TrainingJob;
import org.espalier.framework.training.TrainingState;
import org.espalier.graphs.Model;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.pruning.Limits;
import org.espalier.pruning.Pruning;
import org.espalier.pruning.comparison.TinyComparison;
import org.junit.jupiter.api.Test;

class GradualMagnitudeTest {
  /** Steps of an epoch of 60 images in batches of 16. */
  private static final int EPOCH = 4;

  private static GradualMagnitude gradual(
      double last, double first, String begin, String end, String every, Limits.Scope scope) {
    return new GradualMagnitude(
        last, first, Step.parse(begin), Step.parse(end), Step.parse(every), scope, KernelKind.CONV);
  }

  private static TrainingJob job(Optimiser optimiser, Intervention intervention) {
    Recipe recipe =
        Recipe.CIFAR
            .withConstantRate(0.02)
            .withEpochs(3)
            .withBatchSize(16)
            .withOptimiser(optimiser)
            .withInterventions(List.of(intervention));
    return new TrainingJob(Small.model(Small.resNet()), recipe, TinyComparison.data(), 1);
  }

  private static final class Kept implements Trainer.Keeper {
    final List<TrainingState> states = new ArrayList<>();

    @Override
    public boolean wants(long step, int stepsPerEpoch) {
      return true;
    }

    @Override
    public void keep(TrainingState state) {
      states.add(state);
    }

    @Override
    public void keepWeights(Step step, Weights weights) {}
  }

  private static TrainingState train(
      TrainingJob job, Optional<TrainingState> from, Trainer.Keeper k) {
    return new Trainer(Pruning.WIRED.rules(), Machine.threads(1), job, List.of()).train(from, k);
  }

  /** final + (initial - final) (1 - share of the way)^3. */
  @Test
  void theScheduleIsCubic() {
    GradualMagnitude g = gradual(0.8, 0, "0it", "8it", "2it", Limits.Scope.LOCAL);
    assertThat(g.sparsityAt(0, EPOCH)).isEqualTo(0);
    assertThat(g.sparsityAt(2, EPOCH)).isCloseTo(0.8 - 0.8 * 0.421875, within(1e-12));
    assertThat(g.sparsityAt(4, EPOCH)).isCloseTo(0.7, within(1e-12));
    assertThat(g.sparsityAt(8, EPOCH)).isEqualTo(0.8);
    GradualMagnitude later = gradual(0.9, 0.5, "1ep", "2ep", "1it", Limits.Scope.LOCAL);
    assertThat(later.sparsityAt(4, EPOCH)).isCloseTo(0.5, within(1e-12));
    assertThat(later.sparsityAt(5, EPOCH)).isCloseTo(0.9 - 0.4 * 0.421875, within(1e-12));
    assertThat(later.sparsityAt(7, EPOCH)).isCloseTo(0.9 - 0.4 / 64, within(1e-12));
  }

  @Test
  void itActsFromBeginOnAndAtTheEnd() {
    GradualMagnitude g = gradual(0.8, 0, "3it", "10it", "3it", Limits.Scope.LOCAL);
    assertThat(LongStream.rangeClosed(1, 12).filter(s -> g.actsAfter(s, EPOCH)))
        .containsExactly(3L, 6L, 9L, 10L);
    GradualMagnitude epochs = gradual(0.8, 0, "0ep", "3ep", "1ep", Limits.Scope.LOCAL);
    assertThat(LongStream.rangeClosed(1, 13).filter(s -> epochs.actsAfter(s, EPOCH)))
        .containsExactly(4L, 8L, 12L);
  }

  @Test
  void everyKernelLosesItsShareAndWhatIsMaskedStaysZero() {
    GradualMagnitude g = gradual(0.9, 0.2, "2it", "9it", "3it", Limits.Scope.LOCAL);
    TrainingJob job = job(new Adam(0.9, 0.999, 1e-8), g);
    Kept kept = new Kept();
    TrainingState end = train(job, Optional.empty(), kept);
    Model before = job.start();
    assertThat(Small.total(before)).isEqualTo(sizes(before));
    double sparsity = 0;
    for (TrainingState state : kept.states) {
      Model now = new Model(job.network(), state.weights());
      sparsity = g.actsAfter(state.step(), EPOCH) ? g.sparsityAt(state.step(), EPOCH) : sparsity;
      for (Map.Entry<String, Integer> left : Small.left(now).entrySet()) {
        int size = now.weights().get(left.getKey()).values().length;
        assertThat(left.getValue()).isEqualTo(size - (int) (size * sparsity));
      }
      Small.assertNested(now, before);
      assertThat(now.silenced().weights()).isEqualTo(now.weights());
      state
          .slots()
          .asMap()
          .forEach(
              (slot, values) -> {
                var mask = now.masks().get(Optimiser.parameterOf(slot));
                if (mask != null) {
                  assertThat(values.where(mask)).isEqualTo(values);
                }
              });
      before = now;
    }
    assertThat(sparsity).isEqualTo(0.9);
    for (TrainingState state : kept.states) {
      TrainingState again = train(job, Optional.of(state), new Kept());
      assertThat(again.weights()).isEqualTo(end.weights());
      assertThat(again.slots()).isEqualTo(end.slots());
    }
  }

  private static int sizes(Model model) {
    return model.masks().values().stream().mapToInt(m -> m.values().length).sum();
  }

  @Test
  void togetherTheSmallestOfAllGo() {
    GradualMagnitude g = gradual(0.8, 0.3, "0it", "8it", "2it", Limits.Scope.GLOBAL);
    TrainingJob job = job(Recipe.CIFAR.optimiser(), g);
    int all = sizes(job.start());
    assertThat(Small.total(job.start())).isEqualTo(all - (int) (all * 0.3));
    Model plain = Small.model(Small.resNet());
    assertThat(job.start().weights())
        .isEqualTo(
            Small.prune(new Magnitude(KernelKind.CONV), plain, Small.globally(0.3))
                .after()
                .weights());
    // Preparing twice is preparing once.
    assertThat(job.startingFrom(job.start()).start().weights()).isEqualTo(job.start().weights());
    Model end = new Model(job.network(), train(job, Optional.empty(), new Kept()).weights());
    assertThat(Small.total(end)).isEqualTo(all - (int) (all * 0.8));
    Small.assertNested(end, job.start());
    assertThat(Small.left(end).values().stream().distinct().count()).isGreaterThan(2);
  }

  /** A network that is sparser already loses nothing until the schedule is there. */
  @Test
  void masksThatAreThereStay() {
    Model sparse =
        Small.prune(
                new Magnitude(KernelKind.CONV), Small.model(Small.resNet()), Small.globally(0.9))
            .after();
    GradualMagnitude g = gradual(0.5, 0, "0it", "1ep", "1it", Limits.Scope.GLOBAL);
    TrainingJob job = job(Recipe.CIFAR.optimiser(), g).startingFrom(sparse);
    Model end = new Model(job.network(), train(job, Optional.empty(), new Kept()).weights());
    assertThat(end.masks()).isEqualTo(sparse.masks());
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatThrownBy(() -> gradual(0.5, 0.6, "0it", "1it", "1it", Limits.Scope.LOCAL))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "initial-sparsity and final-sparsity must rise from 0 to below 1, found 0.6 and 0.5");
    assertThatThrownBy(() -> gradual(1, 0, "0it", "1it", "1it", Limits.Scope.LOCAL))
        .isInstanceOf(UsageException.class);
    assertThatThrownBy(() -> gradual(0.5, 0, "0it", "1it", "0it", Limits.Scope.LOCAL))
        .hasMessage("every must be at least one step, found 0");
    refused("2ep", "1ep", "gradual-magnitude: expected begin before end, found 2ep and 1ep");
    refused(
        "0ep", "4ep", "gradual-magnitude: end 4ep comes after the end of the training, 12 steps");
  }

  private static void refused(String begin, String end, String message) {
    GradualMagnitude g = gradual(0.5, 0, begin, end, "1ep", Limits.Scope.LOCAL);
    assertThatThrownBy(() -> job(Recipe.CIFAR.optimiser(), g))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }

  @Test
  void itIsReadAsItIsWritten() {
    assertThat(
            Pruning.WIRED
                .words()
                .thing(Intervention.class, "gradual-magnitude(final-sparsity=0.8,end=2ep)"))
        .isEqualTo(gradual(0.8, 0, "0ep", "2ep", "1ep", Limits.Scope.LOCAL));
  }
}
