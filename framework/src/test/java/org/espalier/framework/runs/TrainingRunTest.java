package org.espalier.framework.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.TinyJobs;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.training.EpochMetrics;
import org.espalier.framework.training.Evaluator;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.TrainingHook;
import org.espalier.framework.training.TrainingJob;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.Event;

class TrainingRunTest {
  private static final int EPOCHS = 4;
  private static final Map<String, Object> SETTINGS = settings(0.05);

  @TempDir Path folder;

  /** As commands give them: whole numbers of both lengths, decimals, lists. */
  private static Map<String, Object> settings(double rate) {
    Map<String, Object> settings = new TreeMap<>(Settings.all(TinyJobs.recipe(EPOCHS, 12, rate)));
    settings.put("comparison-seed", 1L);
    return settings;
  }

  private static RunSummary run(Path at, TrainingJob job, TrainingHook... hooks) {
    return new TrainingRun(TestNetworks.WIRED.costs(), TestNetworks.WIRED.rules())
        .run(at, job, SETTINGS, Optional.of("a parent"), List.of(hooks));
  }

  private static List<EpochMetrics> metrics(Path at) {
    return TinyJobs.withoutClock(MetricsCsv.read(at.resolve("metrics.csv")));
  }

  /** Stops a training as a crash would, after that many steps of this start. */
  static TrainingHook stopAfter(int steps) {
    return new TrainingHook() {
      private int left = steps;

      @Override
      public void afterStep(long step, int images, double loss) {
        if (--left == 0) {
          throw new IllegalStateException("stopped");
        }
      }
    };
  }

  /** Four steps an epoch: in the middle of one, at the end of one, several times. */
  @ParameterizedTest
  @CsvSource({"1, 1", "5, 9", "8, 3", "13, 2"})
  void stoppedIsNeverStopped(int first, int second) {
    TrainingJob job = TinyJobs.job(EPOCHS, 1);
    RunSummary whole = run(folder.resolve("whole"), job);
    Path stopped = folder.resolve("stopped");
    for (int steps : new int[] {first, second}) {
      assertThatThrownBy(() -> run(stopped, job, stopAfter(steps))).hasMessage("stopped");
      assertThat(stopped.resolve("summary.json")).doesNotExist();
      assertThat(stopped.resolve("weights.safetensors")).doesNotExist();
    }
    RunSummary end = run(stopped, job);
    assertThat(end.weightsDigest()).isEqualTo(whole.weightsDigest());
    assertThat(end.accuracy()).isEqualTo(whole.accuracy());
    assertThat(end.loss()).isEqualTo(whole.loss());
    assertThat(metrics(stopped)).isEqualTo(metrics(folder.resolve("whole"))).hasSize(EPOCHS);
    assertThat(stopped.resolve("checkpoint.safetensors")).doesNotExist();
  }

  @Test
  void aFinishedRunAskedAgainDoesNothing() throws IOException {
    TrainingJob job = TinyJobs.job(2, 1);
    RunSummary first = run(folder, job);
    Map<Path, FileTime> before = times();
    RunSummary again =
        run(
            folder,
            job,
            new TrainingHook() {
              @Override
              public void started(Live live, int epochsDone, Recipe recipe, int stepsPerEpoch) {
                throw new AssertionError("trains again");
              }
            });
    assertThat(again).isEqualTo(first);
    assertThat(times()).isEqualTo(before);
  }

  private Map<Path, FileTime> times() throws IOException {
    Map<Path, FileTime> times = new TreeMap<>();
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        times.put(file, Files.getLastModifiedTime(file));
      }
    }
    return times;
  }

  @Test
  void theSummarySaysWhatTheWeightsDo() {
    TrainingJob job = TinyJobs.job(2, 1);
    RunSummary summary = run(folder, job);
    Model model = ModelFolder.load(folder);
    Evaluator.Score score =
        Evaluator.score(model, job.data().test(), job.data().normalisation(), 5, job.machine());
    assertThat(summary.accuracy()).isEqualTo(score.accuracy());
    assertThat(summary.loss()).isCloseTo(score.loss(), within(1e-5));
    assertThat(summary.weightsDigest()).isEqualTo(Digests.of(model.weights()));
    assertThat(summary.epochs()).isEqualTo(2);
    assertThat(summary.trainingMacs()).isEqualTo(3 * summary.macs() * 40 * 2);
    assertThat(new RunFolder(folder).summary()).contains(summary);
    assertThat(Digests.of(model.network())).isEqualTo(Digests.of(job.network()));
  }

  @Test
  void theFolderSaysWhereTheRunComesFrom() throws IOException {
    TrainingJob job = TinyJobs.job(1, 7);
    run(folder, job);
    JsonNode run = new ObjectMapper().readTree(folder.resolve("run.json").toFile());
    assertThat(run.path("settings").path("learning-rate").asDouble()).isEqualTo(0.05);
    assertThat(run.path("seed").asLong()).isEqualTo(7);
    assertThat(run.path("parent").asText()).isEqualTo("a parent");
    assertThat(run.path("threads").asInt()).isEqualTo(1);
    assertThat(run.path("startDigest").asText()).isEqualTo(Digests.of(job.start()));
    for (String digest : List.of("networkDigest", "dataTrainDigest", "dataTestDigest")) {
      assertThat(run.path(digest).asText()).as(digest).matches("[0-9a-f]{64}");
    }
    assertThat(run.path("versions").properties())
        .extracting(Map.Entry::getKey)
        .contains("espalier", "tensorflow", "java");
    assertThat(run.path("versions").path("tensorflow").asText()).startsWith("2.");
    assertThat(run.path("environment").path("processors").asInt()).isPositive();
  }

  @Test
  void theEventFileHoldsEveryEpoch() throws IOException {
    run(folder, TinyJobs.job(3, 1));
    try (var files = Files.list(folder)) {
      Path events = files.filter(f -> f.toString().contains("tfevents")).findFirst().orElseThrow();
      assertThat(Records.read(events)).extracting(Event::getStep).containsExactly(0L, 4L, 8L, 12L);
    }
  }

  @Test
  void aFolderWithAnotherRunIsRefusedWithWhatDiffers() throws IOException {
    run(folder, TinyJobs.job(1, 1));
    Map<Path, FileTime> before = times();
    assertThatThrownBy(() -> run(folder, TinyJobs.job(1, 2)))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            folder
                + ": holds another run: its seed is 1, now 2; choose another folder, or delete this one");
    Map<String, Object> other = settings(0.1);
    assertThatThrownBy(
            () ->
                new TrainingRun(TestNetworks.WIRED.costs(), TestNetworks.WIRED.rules())
                    .run(folder, TinyJobs.job(1, 1), other, Optional.empty(), List.of()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(
            folder + ": holds another run: its setting learning-rate is 0.05, now 0.1");
    assertThat(times()).isEqualTo(before);
  }

  @Test
  void aFolderWithAModelThatIsNoRunIsLeftAlone() throws IOException {
    TrainingJob job = TinyJobs.job(1, 1);
    ModelFolder.save(folder, new Model(job.network(), job.start()));
    Map<Path, FileTime> before = times();
    assertThatThrownBy(() -> run(folder, job))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(folder + ": holds a model that is not a run");
    assertThat(times()).isEqualTo(before);
  }
}
