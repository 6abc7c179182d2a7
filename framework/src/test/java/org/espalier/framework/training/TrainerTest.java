package org.espalier.framework.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyDouble;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.framework.TinyJobs;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.sessions.Machine;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.InOrder;

class TrainerTest {
  private static TrainingState train(TrainingJob job, Watcher... watchers) {
    return TinyJobs.trainer(job, watchers).train();
  }

  @Test
  void theSameSeedGivesTheSameBitsAndAnotherSeedOthers() {
    TrainingState first = train(TinyJobs.job(2, 1));
    Kept.assertSame(train(TinyJobs.job(2, 1)), first);
    assertThat(train(TinyJobs.job(2, 2)).weights()).isNotEqualTo(first.weights());
  }

  @Test
  void theSeedOfTheJobOrdersTheImages() {
    TrainingJob one = TinyJobs.job(1, 1);
    TrainingJob other = new TrainingJob(one.start(), one.recipe(), one.data(), 2);
    assertThat(train(other).weights()).isNotEqualTo(train(one).weights());
  }

  /**
   * Four steps an epoch, the last of them short: stopped between any two, the bits are the same.
   */
  @ParameterizedTest
  @CsvSource({"sgd", "adam"})
  void aTrainingTakenUpBetweenAnyTwoStepsIsOneNeverStopped(String optimiser) {
    TrainingJob plain = TinyJobs.job(3, 1);
    Optimiser chosen = optimiser.equals("sgd") ? new Sgd(0.9, true) : new Adam(0.9, 0.99, 1e-8);
    TrainingJob job =
        new TrainingJob(
            plain.start(),
            plain.recipe().withOptimiser(chosen).withLearningRate(0.01),
            plain.data(),
            1);
    TrainingState whole = train(job);
    Kept kept = new Kept(1);
    TinyJobs.trainer(job).train(Optional.empty(), kept);
    assertThat(kept.states).extracting(TrainingState::step).hasSize(12).startsWith(1L, 2L, 3L);
    for (TrainingState state : kept.states) {
      Kept.assertSame(TinyJobs.trainer(job).train(Optional.of(state), Trainer.Keeper.NONE), whole);
    }
  }

  /** Without momentum, a step's weights are all that a training remembers. */
  @ParameterizedTest
  @ValueSource(strings = {"1it", "4it", "1ep2it", "11it"})
  void aTrainingFromTheWeightsOfAStepGoesTheSameWay(String step) {
    TrainingJob whole = job(TinyJobs.job(3, 1), new Sgd(0, false), Step.ofEpochs(0));
    Kept kept = new Kept(1);
    TrainingState end = TinyJobs.trainer(whole).train(Optional.empty(), kept);
    Step begin = Step.parse(step);
    int first = (int) begin.toIterations(whole.stepsPerEpoch());
    Model rewound = new Model(whole.network(), kept.states.get(first - 1).weights());
    List<Long> steps = new ArrayList<>();
    TrainingState again =
        train(
            job(whole.startingFrom(rewound), new Sgd(0, false), begin),
            new Watcher() {
              @Override
              public void afterStep(long at, int images, double loss) {
                steps.add(at);
              }
            });
    assertThat(again.weights()).isEqualTo(end.weights());
    assertThat(steps).hasSize(12 - first).startsWith(first + 1L).endsWith(12L);
    assertThat(again.last().learningRate()).isEqualTo(end.last().learningRate());
  }

  @Test
  void aWarmUpMayLastAsLongAsTheTrainingAndNoLonger() {
    TrainingJob tiny = TinyJobs.job(3, 1);
    Recipe whole = tiny.recipe().withWarmUp(WarmUp.parse("3ep"));
    assertThat(new TrainingJob(tiny.start(), whole, tiny.data(), 1).recipe()).isEqualTo(whole);
    Recipe longer = tiny.recipe().withWarmUp(WarmUp.parse("3ep1it"));
    assertThatThrownBy(() -> new TrainingJob(tiny.start(), longer, tiny.data(), 1))
        .isInstanceOf(UsageException.class)
        .hasMessage("warm-up: step 3ep1it comes after the end, 12 steps");
  }

  /** Adam's first step is as long as the rate, wherever in the recipe it is taken. */
  @ParameterizedTest
  @ValueSource(strings = {"0it", "3it"})
  void adamForgetsWhatWasBeforeTheFirstStep(String begin) {
    TrainingJob tiny = TinyJobs.job(1, 1);
    Kept kept = new Kept(1);
    TinyJobs.trainer(job(tiny, new Adam(0.9, 0.999, 1e-8), Step.parse(begin)))
        .train(Optional.empty(), kept);
    TrainingState after = kept.states.get(0);
    double rate = tiny.recipe().learningRateAt(after.step() - 1, tiny.stepsPerEpoch());
    double furthest = 0;
    for (Parameter p : tiny.network().trained()) {
      float[] old = tiny.start().weights().get(p.name()).values();
      float[] moved = after.weights().get(p.name()).values();
      for (int i = 0; i < old.length; i++) {
        furthest = Math.max(furthest, Math.abs((double) moved[i] - old[i]));
      }
    }
    assertThat(furthest).isCloseTo(rate, within(0.001 * rate));
  }

  private static TrainingJob job(TrainingJob job, Optimiser optimiser, Step begin) {
    return new TrainingJob(
        job.start(),
        job.recipe().withOptimiser(optimiser),
        job.data(),
        1,
        Loss.labels(),
        Step.ofEpochs(1),
        List.of(begin),
        begin);
  }

  @Test
  void aTrainingBeginsBeforeItsEndAndKeepsNothingFromBefore() {
    TrainingJob job = TinyJobs.job(3, 1);
    assertThatThrownBy(() -> job(job, new Sgd(0, false), Step.ofEpochs(3)))
        .isInstanceOf(UsageException.class)
        .hasMessage("begin: no step is left after 3ep of 12 steps");
    assertThatThrownBy(
            () ->
                new TrainingJob(
                    job.start(),
                    job.recipe(),
                    job.data(),
                    1,
                    Loss.labels(),
                    Step.ofEpochs(1),
                    List.of(Step.ofIterations(4)),
                    Step.ofIterations(5)))
        .isInstanceOf(UsageException.class)
        .hasMessage("keep: step 4it comes before the training begins, at 5it");
  }

  @Test
  void theShortLastBatchIsTrained() {
    List<Integer> sizes = new ArrayList<>();
    TrainingState end =
        train(
            TinyJobs.job(TinyJobs.recipe(2, 4, 0.05), TinyJobs.data(10, 10), 1),
            new Watcher() {
              @Override
              public void afterStep(long step, int images, double loss) {
                sizes.add(images);
                assertThat(step).isEqualTo(sizes.size());
              }
            });
    assertThat(sizes).containsExactly(4, 4, 2, 4, 4, 2);
    assertThat(end.measurements()).extracting(Measurement::step).containsExactly(3L, 6L);
  }

  /** The mean over images, not over batches: the last batch is shorter. */
  @Test
  void theTrainingLossIsTheMeanOverImages() {
    List<double[]> steps = new ArrayList<>();
    TrainingState end =
        train(
            TinyJobs.job(TinyJobs.recipe(1, 4, 0.05), TinyJobs.data(10, 10), 1),
            new Watcher() {
              @Override
              public void afterStep(long step, int images, double loss) {
                steps.add(new double[] {images, loss});
              }
            });
    double sum = steps.stream().mapToDouble(s -> s[0] * s[1]).sum();
    assertThat(end.last().trainLoss()).isCloseTo(sum / 10, within(1e-12));
  }

  /** Of an epoch that was taken up before its last step, so that its clock is known. */
  @Test
  void anEpochIsMeasuredByItsSums() {
    TrainingJob job = TinyJobs.job(2, 1);
    Kept kept = new Kept(1);
    TinyJobs.trainer(job).train(Optional.empty(), kept);
    TrainingState before = kept.states.get(6);
    assertThat(before.tally().images()).isEqualTo(36);
    TrainingState slow =
        new TrainingState(
            7,
            before.weights(),
            before.slots(),
            new TrainingState.Tally(36_000, 30, 36, 1000, 500),
            before.measurements());
    Measurement end = TinyJobs.trainer(job).train(Optional.of(slow), Trainer.Keeper.NONE).last();
    assertThat(end.seconds()).isBetween(1500.0, 1600.0);
    assertThat(end.imagesPerSecond()).isBetween(0.036, 0.04);
    assertThat(end.trainLoss()).isBetween(900.0, 902.0);
    assertThat(end.trainAccuracy()).isBetween(30 / 40.0, 34 / 40.0);
  }

  @Test
  void labelsReachTheLoss() {
    ImageSet images = TinyJobs.images(12, 1);
    int[] wrong = images.labels().clone();
    java.util.Arrays.setAll(wrong, i -> (wrong[i] + 1) % 10);
    ImageSet relabelled = new ImageSet("other", 10, 10, 1, 10, images.pixels(), wrong);
    var recipe = TinyJobs.recipe(1, 12, 0.05);
    var right = train(TinyJobs.job(recipe, TinyJobs.data(images, images), 1));
    var other = train(TinyJobs.job(recipe, TinyJobs.data(relabelled, images), 1));
    assertThat(other.last().trainLoss()).isNotEqualTo(right.last().trainLoss());
    assertThat(other.weights()).isNotEqualTo(right.weights());
  }

  /** A task told by left and right is not mirrored. */
  @Test
  void imagesAreVariedAsTheirDataSetSays() {
    Recipe recipe = TinyJobs.recipe(1, 12, 0.05);
    ImageSet images = TinyJobs.images(24, 1);
    Dataset varied = TinyJobs.data(images, images);
    Dataset fixed = new Dataset("tiny", images, images, varied.normalisation(), Augmentation.NONE);
    Dataset cropped =
        new Dataset("tiny", images, images, varied.normalisation(), new Augmentation(4, false));
    Recipe plain = recipe.withAugmentation(Recipe.Variation.NONE);
    Weights none = train(TinyJobs.job(plain, varied, 1)).weights();
    assertThat(train(TinyJobs.job(recipe, fixed, 1)).weights()).isEqualTo(none);
    Weights both = train(TinyJobs.job(recipe, varied, 1)).weights();
    assertThat(both).isNotEqualTo(none);
    assertThat(train(TinyJobs.job(recipe, cropped, 1)).weights()).isNotEqualTo(both);
  }

  @Test
  void aTrainingLearns() {
    TrainingState end =
        train(TinyJobs.job(TinyJobs.recipe(15, 10, 0.05), TinyJobs.data(80, 20), 1));
    Measurement first = end.measurements().get(0);
    assertThat(first.trainLoss()).isCloseTo(Math.log(10), within(0.7));
    assertThat(end.last().trainLoss()).isLessThan(0.7 * first.trainLoss());
    assertThat(end.last().trainAccuracy()).isGreaterThan(0.3);
  }

  @Test
  void theMetricsAreWhatTheEvaluatorSays() {
    TrainingJob job = TinyJobs.job(2, 1);
    TrainingState end = train(job);
    Evaluator.Score score =
        Evaluator.score(
            new Model(job.network(), end.weights()),
            job.data().test(),
            job.data().normalisation(),
            7,
            Machine.threads(1));
    assertThat(end.last().testAccuracy()).isEqualTo(score.accuracy());
    assertThat(end.last().testLoss()).isCloseTo(score.loss(), within(1e-5));
    assertThat(end.measurements())
        .extracting(Measurement::learningRate)
        .containsExactly(0.05, 0.05 * 0.1);
    assertThat(end.measurements()).extracting(Measurement::epoch).containsExactly(1.0, 2.0);
  }

  private static TrainingJob evaluatedEvery(String step, List<Step> keep) {
    TrainingJob job = TinyJobs.job(2, 1);
    return new TrainingJob(
        job.start(),
        job.recipe(),
        job.data(),
        1,
        Loss.labels(),
        Step.parse(step),
        keep,
        Step.ofEpochs(0));
  }

  /**
   * Looking at the test images changes nothing, and is done when it is asked for, and at the end.
   */
  @Test
  void theTestImagesAreLookedAtWhenAskedFor() {
    TrainingState whole = train(TinyJobs.job(2, 1));
    TrainingState often = train(evaluatedEvery("3it", List.of()));
    assertThat(often.weights()).isEqualTo(whole.weights());
    assertThat(often.measurements()).extracting(Measurement::step).containsExactly(3L, 4L, 6L, 8L);
    assertThat(often.measurements())
        .extracting(Measurement::isTested)
        .containsExactly(true, false, true, true);
    assertThat(often.measurements().get(0).epoch()).isEqualTo(0.75);
    assertThat(often.measurements().get(1).trainLoss())
        .isEqualTo(whole.measurements().get(0).trainLoss());
    TrainingState once = train(evaluatedEvery("5ep", List.of()));
    assertThat(once.measurements()).extracting(Measurement::isTested).containsExactly(false, true);
    assertThat(once.last().testAccuracy()).isEqualTo(whole.last().testAccuracy());
    assertThatThrownBy(() -> evaluatedEvery("0ep", List.of())).isInstanceOf(UsageException.class);
  }

  @Test
  void weightsAreKeptAtTheStepsAskedFor() {
    Kept every = new Kept(1);
    TinyJobs.trainer(TinyJobs.job(2, 1)).train(Optional.empty(), every);
    Kept kept = new Kept(1000);
    List<Step> steps = List.of(Step.parse("0it"), Step.parse("3it"), Step.parse("1ep"));
    TrainingJob job = evaluatedEvery("1ep", steps);
    TinyJobs.trainer(job).train(Optional.empty(), kept);
    assertThat(kept.weights).containsOnlyKeys("0ep", "3it", "1ep");
    assertThat(kept.weights.get("0ep")).isEqualTo(job.start().weights());
    assertThat(kept.weights.get("3it")).isEqualTo(every.states.get(2).weights());
    assertThat(kept.weights.get("1ep")).isEqualTo(every.states.get(3).weights());
    assertThat(kept.states).isEmpty();
    assertThatThrownBy(() -> evaluatedEvery("1ep", List.of(Step.parse("3ep"))))
        .isInstanceOf(UsageException.class)
        .hasMessage("keep: step 3ep comes after the end, 8 steps");
  }

  @Test
  void divergenceSaysWhereAndWhatMayHelp() {
    Watcher watcher = mock(Watcher.class);
    TrainingJob job = TinyJobs.job(TinyJobs.recipe(20, 8, 1e6), TinyJobs.data(40, 20), 1);
    assertThatThrownBy(() -> train(job, watcher))
        .isInstanceOf(ArithmeticException.class)
        .isInstanceOf(DivergedException.class)
        .hasMessageMatching(
            "training diverged: the (test )?loss is (NaN|Infinity) at step \\d+ \\(epoch \\d+\\); "
                + "a smaller learning rate may help");
    verify(watcher).ended();
  }

  @Test
  void watchersAreCalledInOrder() {
    Watcher watcher = mock(Watcher.class);
    TrainingJob job = TinyJobs.job(2, 1);
    train(job, watcher);
    InOrder order = inOrder(watcher);
    order.verify(watcher).started(job.extent(), 0);
    for (long step = 1; step <= 8; step++) {
      order.verify(watcher).afterStep(eq(step), eq(step % 4 == 0 ? 4 : 12), anyDouble());
      if (step % 4 == 0) {
        order.verify(watcher).measured(any());
      }
    }
    order.verify(watcher).ended();
  }

  @Test
  void everyWatcherThatWasStartedIsEndedWhateverOthersDo() {
    Watcher first = mock(Watcher.class);
    Watcher last = mock(Watcher.class);
    RuntimeException told = new IllegalStateException("in mid-epoch");
    RuntimeException untold = new IllegalStateException("at the end");
    doThrow(told).when(first).afterStep(eq(6L), anyInt(), anyDouble());
    doThrow(untold).when(first).ended();
    assertThatThrownBy(() -> train(TinyJobs.job(3, 1), first, last))
        .isSameAs(told)
        .hasSuppressedException(untold);
    verify(last).ended();
    verify(last, times(1)).measured(any());
  }

  @Test
  void aWatcherThatWasNotStartedIsNotEnded() {
    Watcher first = mock(Watcher.class);
    Watcher last = mock(Watcher.class);
    doThrow(new IllegalStateException("at the start")).when(first).started(any(), anyLong());
    assertThatThrownBy(() -> train(TinyJobs.job(1, 1), first, last)).hasMessage("at the start");
    verify(first).ended();
    verify(last, never()).ended();
    Watcher unused = mock(Watcher.class);
    TrainingJob job = TinyJobs.job(1, 1);
    TrainingState end = train(job);
    TinyJobs.trainer(job, unused).train(Optional.of(end), Trainer.Keeper.NONE);
    verify(unused, never()).ended();
  }

  /** In the middle of an epoch; what was kept is all that is needed. */
  @Test
  void aWatcherMayAskToStop() {
    TrainingJob job = TinyJobs.job(3, 1);
    Kept kept = new Kept(1000);
    Watcher stops =
        new Watcher() {
          private long done;

          @Override
          public void afterStep(long step, int images, double loss) {
            done = step;
          }

          @Override
          public boolean wantsToStop() {
            return done == 6;
          }
        };
    assertThatThrownBy(() -> TinyJobs.trainer(job, stops).train(Optional.empty(), kept))
        .isInstanceOf(StoppedException.class)
        .hasMessage("stopped at step 6 (epoch 1.5 of 3)");
    assertThat(kept.states).extracting(TrainingState::step).containsExactly(6L);
    Kept.assertSame(
        TinyJobs.trainer(job).train(Optional.of(kept.states.get(0)), Trainer.Keeper.NONE),
        train(job));
  }

  @Test
  void anInterruptStopsToo() {
    Kept kept = new Kept(1000);
    Watcher interrupts =
        new Watcher() {
          @Override
          public void afterStep(long step, int images, double loss) {
            if (step == 2) {
              Thread.currentThread().interrupt();
            }
          }
        };
    assertThatThrownBy(
            () -> TinyJobs.trainer(TinyJobs.job(1, 1), interrupts).train(Optional.empty(), kept))
        .isInstanceOf(StoppedException.class);
    assertThat(kept.states).extracting(TrainingState::step).containsExactly(2L);
    assertThat(Thread.interrupted()).isFalse();
  }

  /** Sets the first filter to zero after every epoch, as Soft Filter Pruning does with many. */
  private record Zeroing(int everySteps) implements Intervention {
    @Override
    public boolean actsAfter(long step, int stepsPerEpoch) {
      return step % everySteps == 0;
    }

    @Override
    public void act(Live live) {
      String name = live.network().parameters().get(0).name();
      ShapedArray kernel = live.weights().get(name);
      float[] values = kernel.values().clone();
      for (int i = 0; i < values.length; i += kernel.shape().last()) {
        values[i] = 0;
      }
      live.write(Weights.empty().with(name, new ShapedArray(kernel.shape(), values)));
      String slot = Sessions.momentumOf(name);
      live.write(live.slots().filter(slot::equals));
      assertThat(live.step() % everySteps).isZero();
    }
  }

  @Test
  void anInterventionChangesTheWeightsBeforeTheyAreMeasuredAndKept() {
    TrainingJob job = TinyJobs.job(2, 1);
    TrainingJob changed =
        new TrainingJob(
            job.start(), job.recipe().withInterventions(List.of(new Zeroing(4))), job.data(), 1);
    TrainingState end = train(changed);
    ShapedArray kernel = end.weights().get(job.network().parameters().get(0).name());
    for (int i = 0; i < kernel.values().length; i++) {
      assertThat(kernel.values()[i] == 0).isEqualTo(i % kernel.shape().last() == 0);
    }
    assertThat(end.last().testLoss()).isNotEqualTo(train(job).last().testLoss());
    Kept kept = new Kept(3);
    TinyJobs.trainer(changed).train(Optional.empty(), kept);
    for (TrainingState state : kept.states) {
      Kept.assertSame(
          TinyJobs.trainer(changed).train(Optional.of(state), Trainer.Keeper.NONE), end);
    }
  }

  @Test
  void imagesOfAnotherSizeAreRefusedBeforeAnythingRuns() {
    TrainingJob job = TinyJobs.job(1, 1);
    ImageSet flat = new ImageSet("flat", 2, 2, 1, 10, new byte[4], new int[1]);
    assertThatThrownBy(() -> TinyJobs.job(job.recipe(), TinyJobs.data(flat, flat), 1))
        .isInstanceOf(BadInputException.class)
        .hasMessage("resnet8 reads images of shape [?,10,10,1], tiny has [?,2,2,1]");
  }
}
