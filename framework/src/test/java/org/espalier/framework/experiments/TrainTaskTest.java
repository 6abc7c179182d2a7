package org.espalier.framework.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyDouble;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.espalier.framework.TinyJobs;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.MetricsCsv;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.Records;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.runs.Stretch;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.training.Evaluator;
import org.espalier.framework.training.Measurement;
import org.espalier.framework.training.Penalty;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.Sgd;
import org.espalier.framework.training.SoftFilterPruning;
import org.espalier.framework.training.Step;
import org.espalier.framework.training.StoppedException;
import org.espalier.framework.training.Watcher;
import org.espalier.graphs.Model;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.Event;

/** A training as a task: made once, whatever comes between. */
class TrainTaskTest {
  private static final int EPOCHS = 4;
  private static final Train TASK = TinyTasks.train(EPOCHS, 1);

  @TempDir static Path whole;

  private static RunSummary expected;

  @TempDir Path root;

  @BeforeAll
  static void trainInOneGo() {
    expected = TinyTasks.make(TASK, TinyTasks.shop(whole));
  }

  private Path run() {
    return new Store(root).folder(TASK);
  }

  private void assertEndsLikeTheWhole(RunSummary end) {
    assertThat(end.weightsDigest()).isEqualTo(expected.weightsDigest());
    assertThat(end.accuracy()).isEqualTo(expected.accuracy());
    assertThat(end.loss()).isEqualTo(expected.loss());
    assertThat(TinyTasks.metrics(run()))
        .isEqualTo(TinyTasks.metrics(new Store(whole).folder(TASK)))
        .hasSize(EPOCHS);
    assertThat(run().resolve("checkpoint.safetensors")).doesNotExist();
  }

  /** Four steps an epoch: in the middle of one, at the end of one, several times. */
  @ParameterizedTest
  @CsvSource({"1ep, 1, 1", "1ep, 8, 3", "1it, 5, 9", "3it, 5, 9", "9ep, 6, 3"})
  void askedToStopItGoesOnFromThere(String checkpointEvery, int first, int second) {
    Workshop shop = TinyTasks.shop(root).with(Step.parse(checkpointEvery));
    for (int steps : new int[] {first, second}) {
      assertThatThrownBy(() -> TinyTasks.make(TASK, shop.with(TinyTasks.stopAfter(steps))))
          .isInstanceOf(StoppedException.class);
      assertThat(run().resolve("summary.json")).doesNotExist();
      assertThat(run().resolve("weights.safetensors")).doesNotExist();
    }
    assertEndsLikeTheWhole(TinyTasks.make(TASK, shop));
    assertThat(new RunFolder(run()).description().orElseThrow().stretches())
        .extracting(Stretch::fromStep)
        .containsExactly(0L, (long) first, (long) first + second);
  }

  @ParameterizedTest
  @CsvSource({
    "1ep, 5, 9, 4, 12",
    "1ep, 13, 2, 12, 12",
    "1it, 5, 9, 4, 12",
    "3it, 5, 9, 3, 9",
    "9ep, 6, 3, 0, 0"
  })
  void afterACrashItGoesOnFromTheLastStateThatWasKept(
      String checkpointEvery, int first, int second, long from, long fromThen) {
    Workshop shop = TinyTasks.shop(root).with(Step.parse(checkpointEvery));
    for (int steps : new int[] {first, second}) {
      assertThatThrownBy(() -> TinyTasks.make(TASK, shop.with(TinyTasks.crashAfter(steps))))
          .hasMessage("crashed");
      assertThat(run().resolve("summary.json")).doesNotExist();
    }
    assertEndsLikeTheWhole(TinyTasks.make(TASK, shop));
    assertThat(new RunFolder(run()).description().orElseThrow().stretches())
        .extracting(Stretch::fromStep)
        .containsExactly(0L, from, fromThen);
  }

  @Test
  void stoppedAfterTheLastStepItTrainsNoMore() {
    PlanWatcher crash =
        TinyTasks.watching(
            new Watcher() {
              @Override
              public void measured(Measurement measurement) {
                if (measurement.epoch() == EPOCHS) {
                  throw new IllegalStateException("crashed");
                }
              }
            });
    assertThatThrownBy(() -> TinyTasks.make(TASK, TinyTasks.shop(root).with(crash)))
        .hasMessage("crashed");
    Watcher watcher = mock(Watcher.class);
    Workshop shop = TinyTasks.shop(root).with(TinyTasks.watching(watcher));
    assertEndsLikeTheWhole(TinyTasks.make(TASK, shop));
    verify(watcher, never()).started(any(), anyLong());
    verify(watcher, never()).ended();
  }

  @Test
  void aWatcherIsEndedOnceWhenItFails() {
    Watcher watcher = mock(Watcher.class);
    doThrow(new IllegalStateException("told"))
        .when(watcher)
        .afterStep(anyLong(), anyInt(), anyDouble());
    Workshop shop = TinyTasks.shop(root).with(TinyTasks.watching(watcher));
    assertThatThrownBy(() -> TinyTasks.make(TASK, shop)).hasMessage("told");
    verify(watcher).ended();
  }

  @Test
  void thePlanMayAskToStopToo() {
    PlanWatcher asks =
        new PlanWatcher() {
          @Override
          public boolean wantsToStop() {
            return true;
          }
        };
    assertThatThrownBy(() -> TinyTasks.make(TASK, TinyTasks.shop(root).with(asks)))
        .isInstanceOf(StoppedException.class)
        .hasMessage("stopped at step 1 (epoch 0.25 of 4)");
    assertEndsLikeTheWhole(TinyTasks.make(TASK, TinyTasks.shop(root)));
  }

  @Test
  void aFinishedRunAskedAgainDoesNothing() throws IOException {
    Map<Path, FileTime> before = times(whole);
    PlanWatcher forbids =
        new PlanWatcher() {
          @Override
          public Watcher training(Task task) {
            throw new AssertionError("trains again");
          }
        };
    assertThat(TinyTasks.make(TASK, TinyTasks.shop(whole).with(forbids))).isEqualTo(expected);
    assertThat(times(whole)).isEqualTo(before);
  }

  private static Map<Path, FileTime> times(Path root) throws IOException {
    Map<Path, FileTime> times = new TreeMap<>();
    try (var files = Files.walk(root)) {
      for (Path file : files.toList()) {
        times.put(file, Files.getLastModifiedTime(file));
      }
    }
    return times;
  }

  @Test
  void theSummarySaysWhatTheWeightsDo() {
    Path run = new Store(whole).folder(TASK);
    Dataset data = TinyJobs.data(40, 20);
    Model model = ModelFolder.load(run);
    Evaluator.Score score =
        Evaluator.score(model, data.test(), data.normalisation(), 5, Machine.threads(1));
    assertThat(expected.accuracy()).isEqualTo(score.accuracy());
    assertThat(expected.loss()).isCloseTo(score.loss(), within(1e-5));
    assertThat(expected.weightsDigest()).isEqualTo(Digests.of(model.weights()));
    assertThat(expected.epochs()).isEqualTo(EPOCHS);
    assertThat(expected.trainingMacs()).isEqualTo(3 * expected.macs() * 40 * EPOCHS);
    assertThat(new RunFolder(run).summary()).contains(expected);
    assertThat(Digests.of(model.network())).isEqualTo(Digests.of(TinyJobs.network()));
  }

  /** Measurements in mid-epoch count what the end of the epoch counts again. */
  @Test
  void theSecondsAreThoseOfAllWholeEpochs() {
    Train often = TASK.evaluatedEvery(Step.parse("3it"));
    RunSummary summary = TinyTasks.make(often, TinyTasks.shop(root));
    List<Measurement> all = MetricsCsv.read(new Store(root).folder(often));
    assertThat(all).hasSizeGreaterThan(EPOCHS);
    double seconds =
        all.stream().filter(m -> m.step() % 4 == 0).mapToDouble(Measurement::seconds).sum();
    assertThat(summary.trainingSeconds()).isCloseTo(seconds, within(1e-9 + 1e-3 * seconds));
  }

  @Test
  void theEventFileHoldsEveryEpoch() throws IOException {
    try (var files = Files.list(new Store(whole).folder(TASK))) {
      Path events = files.filter(f -> f.toString().contains("tfevents")).findFirst().orElseThrow();
      assertThat(Records.read(events))
          .extracting(Event::getStep)
          .containsExactly(0L, 4L, 8L, 12L, 16L);
    }
  }

  @Test
  void theTrainerOfTheJobGivesTheSameBits() {
    assertThat(Digests.of(TinyJobs.trainer(TinyJobs.job(EPOCHS, 1)).train().weights()))
        .isEqualTo(expected.weightsDigest());
  }

  /** With scales put in, driven to zero, and filters that come and go: the same bits. */
  @Test
  void methodsThatActDuringTheTrainingAreTakenUpFromTheirFolder() {
    Recipe recipe =
        TASK.recipe()
            .withPenalties(List.of(Penalty.parse("proximal-l1:branch-scale:0.5")))
            .withInterventions(List.of(SoftFilterPruning.keeping(0.5)));
    Train task =
        Train.of(TASK.start(), TASK.images(), recipe, 1).after(List.of("insert-branch-scales"));
    assertThat(task.key()).isNotEqualTo(TASK.key());
    RunSummary whole = TinyTasks.make(task, TinyTasks.shop(root.resolve("whole")));
    Workshop shop = TinyTasks.shop(root.resolve("stopped")).with(Step.parse("9ep"));
    for (int steps : new int[] {3, 2, 4}) {
      assertThatThrownBy(() -> TinyTasks.make(task, shop.with(TinyTasks.stopAfter(steps))))
          .isInstanceOf(StoppedException.class);
    }
    RunSummary end = TinyTasks.make(task, shop);
    assertThat(end.weightsDigest()).isEqualTo(whole.weightsDigest());
    assertThat(end.loss()).isEqualTo(whole.loss());
    Model made = ModelFolder.load(shop.store().folder(task));
    assertThat(made.weights().get("stage1/block1/sum/branch/scale").values()).containsExactly(0f);
    assertThat(task.preview(shop).orElseThrow().network().graph())
        .isEqualTo(made.network().graph());
  }

  /** The weights of a step, trained from that step on; without momentum nothing else is known. */
  @Test
  void whatIsRewoundGoesTheSameWayAgain() {
    Recipe recipe = TinyJobs.recipe(3, 12, 0.05).withOptimiser(new Sgd(0, false));
    Step step = Step.parse("1ep2it");
    Train whole = TinyTasks.train(TinyTasks.fresh(1), recipe, 1).keeping(List.of(step));
    Train rewound = TinyTasks.train(Result.of(whole, step), recipe, 1).beginning(step);
    Workshop shop = TinyTasks.shop(root);
    RunSummary end = TinyTasks.make(whole, shop);
    RunSummary again = TinyTasks.make(rewound, shop);
    assertThat(again.weightsDigest()).isEqualTo(end.weightsDigest());
    assertThat(again.epochs()).as("one and a half").isEqualTo(2);
    assertThat(end.trainingMacs()).isEqualTo(3 * end.macs() * 120);
    assertThat(again.trainingMacs()).isEqualTo(3 * end.macs() * (40 - 24 + 40));
    assertThatThrownBy(() -> rewound.sameCompute(Optional.empty()))
        .hasMessageContaining("begin goes with epochs that are given");
  }
}
