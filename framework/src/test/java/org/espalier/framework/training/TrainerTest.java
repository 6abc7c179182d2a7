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
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.TinyJobs;
import org.espalier.framework.data.ImageSet;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

class TrainerTest {
  private static TrainingState train(TrainingJob job, TrainingHook... hooks) {
    return new Trainer(TestNetworks.WIRED.rules(), job, List.of(hooks)).train();
  }

  @Test
  void theSameSeedGivesTheSameBitsAndAnotherSeedOthers() {
    TrainingState first = train(TinyJobs.job(2, 1));
    TrainingState again = train(TinyJobs.job(2, 1));
    assertThat(again.weights()).isEqualTo(first.weights());
    assertThat(again.momentum()).isEqualTo(first.momentum());
    assertThat(TinyJobs.withoutClock(again.metrics()))
        .isEqualTo(TinyJobs.withoutClock(first.metrics()));
    assertThat(train(TinyJobs.job(2, 2)).weights()).isNotEqualTo(first.weights());
  }

  @Test
  void theSeedOfTheJobOrdersTheImages() {
    TrainingJob one = TinyJobs.job(1, 1);
    TrainingJob other =
        new TrainingJob(one.network(), one.start(), one.recipe(), one.data(), 2, one.machine());
    assertThat(train(other).weights()).isNotEqualTo(train(one).weights());
  }

  @Test
  void aTrainingTakenUpBetweenEpochsIsOneNeverStopped() {
    TrainingJob job = TinyJobs.job(4, 1);
    TrainingState whole = train(job);
    List<TrainingState> kept = new ArrayList<>();
    new Trainer(TestNetworks.WIRED.rules(), job, List.of()).train(Optional.empty(), kept::add);
    assertThat(kept).hasSize(4);
    for (TrainingState state : kept) {
      TrainingState end =
          new Trainer(TestNetworks.WIRED.rules(), job, List.of())
              .train(Optional.of(state), s -> {});
      assertThat(end.weights()).isEqualTo(whole.weights());
      assertThat(TinyJobs.withoutClock(end.metrics()))
          .isEqualTo(TinyJobs.withoutClock(whole.metrics()));
    }
  }

  @Test
  void theShortLastBatchIsTrained() {
    List<Integer> sizes = new ArrayList<>();
    TrainingState end =
        train(
            TinyJobs.job(TinyJobs.recipe(2, 4, 0.05), TinyJobs.data(10, 10), 1),
            new TrainingHook() {
              @Override
              public void afterStep(long step, int images, double loss) {
                sizes.add(images);
                assertThat(step).isEqualTo(sizes.size());
              }
            });
    assertThat(sizes).containsExactly(4, 4, 2, 4, 4, 2);
    assertThat(end.metrics()).extracting(EpochMetrics::step).containsExactly(3L, 6L);
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

  @Test
  void aTrainingLearns() {
    TrainingState end =
        train(TinyJobs.job(TinyJobs.recipe(15, 10, 0.05), TinyJobs.data(80, 20), 1));
    EpochMetrics first = end.metrics().get(0);
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
            job.machine());
    assertThat(end.last().testAccuracy()).isEqualTo(score.accuracy());
    assertThat(end.last().testLoss()).isCloseTo(score.loss(), within(1e-5));
    assertThat(end.metrics())
        .extracting(EpochMetrics::learningRate)
        .containsExactly(0.05, 0.05 * 0.1);
  }

  @Test
  void divergenceSaysWhereAndWhatMayHelp() {
    TrainingHook hook = mock(TrainingHook.class);
    TrainingJob job = TinyJobs.job(TinyJobs.recipe(20, 8, 1e6), TinyJobs.data(40, 20), 1);
    assertThatThrownBy(() -> train(job, hook))
        .isInstanceOf(ArithmeticException.class)
        .isInstanceOf(DivergedException.class)
        .hasMessageMatching(
            "training diverged: the (test )?loss is (NaN|Infinity) at step \\d+ \\(epoch \\d+\\); "
                + "a smaller learning rate may help");
    verify(hook).ended();
  }

  @Test
  void hooksAreCalledInOrder() {
    TrainingHook hook = mock(TrainingHook.class);
    TrainingJob job = TinyJobs.job(2, 1);
    new Trainer(TestNetworks.WIRED.rules(), job, List.of(hook)).train();
    InOrder order = inOrder(hook);
    order.verify(hook).started(any(), eq(0), eq(job.recipe()), eq(4));
    for (int epoch = 1; epoch <= 2; epoch++) {
      order.verify(hook, times(3)).afterStep(anyLong(), eq(12), anyDouble());
      order.verify(hook).afterStep(eq(4L * epoch), eq(4), anyDouble());
      order.verify(hook).afterEpochSteps(eq(epoch), any());
      order.verify(hook).afterEpoch(any());
    }
    order.verify(hook).ended();
    order.verifyNoMoreInteractions();
  }

  @Test
  void aHookMayChangeTheWeightsBeforeTheyAreEvaluated() {
    TrainingJob job = TinyJobs.job(1, 1);
    String name = job.network().parameters().get(0).name();
    ShapedArray zeros = ShapedArray.filled(job.network().parameters().get(0).shape(), 0f);
    TrainingState end =
        train(
            job,
            new TrainingHook() {
              @Override
              public void afterEpochSteps(int epoch, Live live) {
                assertThat(live.read().get(name)).isNotEqualTo(zeros);
                live.write(Weights.empty().with(name, zeros));
              }
            });
    assertThat(end.weights().get(name)).isEqualTo(zeros);
  }

  @Test
  void everyHookIsEndedWhateverOthersDo() {
    TrainingHook first = mock(TrainingHook.class);
    TrainingHook last = mock(TrainingHook.class);
    RuntimeException told = new IllegalStateException("in mid-epoch");
    RuntimeException untold = new IllegalStateException("at the end");
    doThrow(told).when(first).afterStep(eq(6L), anyInt(), anyDouble());
    doThrow(untold).when(first).ended();
    assertThatThrownBy(() -> train(TinyJobs.job(3, 1), first, last))
        .isSameAs(told)
        .hasSuppressedException(untold);
    verify(last).ended();
    verify(last, times(1)).afterEpoch(any());
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
