package org.espalier.pruning.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.io.file.PathUtils;
import org.espalier.framework.files.CutFile;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.TrainingHook;
import org.espalier.framework.training.TrainingJob;
import org.espalier.graphs.BadInputException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
  private static final List<String> ARMS =
      List.of("unpruned", "pruned", "fine-tuned", "scratch-e", "scratch-b");

  @TempDir static Path whole;

  private static ComparisonResult result;

  @TempDir Path folder;

  @BeforeAll
  static void runIt() {
    result = run(TinyComparison.plan(List.of(1L, 2L)), whole, TinyComparison.SILENT);
  }

  private static ComparisonResult run(ComparisonPlan plan, Path at, ComparisonWatcher watcher) {
    return TinyComparison.WIRED.comparison().run(plan, at, watcher);
  }

  private static List<ArmResult> withoutClock(ComparisonResult r) {
    return r.arms().stream()
        .map(
            a ->
                new ArmResult(
                    a.arm(),
                    a.seed(),
                    a.accuracy(),
                    a.loss(),
                    a.epochs(),
                    a.parameters(),
                    a.macs(),
                    a.flops(),
                    a.trainingMacs(),
                    0,
                    a.run()))
        .toList();
  }

  private static JsonNode runJson(String run) {
    return new RunFolder(whole.resolve(run)).run().orElseThrow();
  }

  @Test
  void everyArmOfEverySeedInOrder() throws IOException {
    JsonNode json = new ObjectMapper().readTree(whole.resolve("results.json").toFile());
    assertThat(json.path("arms")).hasSize(10);
    for (int i = 0; i < 10; i++) {
      JsonNode arm = json.path("arms").get(i);
      int seed = 1 + i / 5;
      assertThat(arm.path("arm").asText()).isEqualTo(ARMS.get(i % 5));
      assertThat(arm.path("seed").asLong()).isEqualTo(seed);
      assertThat(arm.path("run").asText()).isEqualTo("seed-" + seed + "/" + ARMS.get(i % 5));
      assertThat(whole.resolve(arm.path("run").asText())).isDirectory();
      assertThat(arm.path("accuracy").asDouble()).isBetween(0.0, 1.0);
      for (String field : List.of("epochs", "parameters", "macs", "trainingMacs")) {
        assertThat(arm.path(field).isIntegralNumber()).as(field).isTrue();
      }
    }
    assertThat(json.path("summary")).hasSize(5);
    assertThat(json.path("summary").get(0).properties())
        .extracting(java.util.Map.Entry::getKey)
        .containsExactly("arm", "mean", "std", "n");
    assertThat(new ObjectMapper().treeToValue(json, ComparisonResult.class)).isEqualTo(result);
  }

  @Test
  void theCsvHoldsTheSameRows() throws IOException {
    List<String> lines = Files.readAllLines(whole.resolve("results.csv"));
    assertThat(lines).hasSize(11);
    String[] names = lines.get(0).split(",", -1);
    JsonNode arms =
        new ObjectMapper().readTree(whole.resolve("results.json").toFile()).path("arms");
    for (int i = 0; i < 10; i++) {
      String[] cells = lines.get(i + 1).split(",", -1);
      for (int c = 0; c < names.length; c++) {
        assertThat(cells[c]).as(names[c]).isEqualTo(arms.get(i).path(names[c]).asText());
      }
    }
  }

  @Test
  void meanAndSampleDeviationAreThoseOfTheArms() {
    for (ArmSummary s : result.summary()) {
      double[] a =
          result.arms().stream()
              .filter(r -> r.arm().equals(s.arm()))
              .mapToDouble(ArmResult::accuracy)
              .toArray();
      assertThat(s.n()).isEqualTo(2);
      assertThat(s.mean()).isCloseTo((a[0] + a[1]) / 2, within(1e-12));
      assertThat(s.std()).isCloseTo(Math.abs(a[0] - a[1]) / Math.sqrt(2), within(1e-12));
    }
    assertThat(result.summary()).extracting(ArmSummary::arm).containsExactlyElementsOf(ARMS);
  }

  @Test
  void budgetsAndCostsAreThoseOfTheArms() {
    for (int s = 0; s < 2; s++) {
      List<ArmResult> arms = result.arms().subList(5 * s, 5 * s + 5);
      ArmResult large = arms.get(0);
      ArmResult small = arms.get(1);
      assertThat(small.macs()).isLessThan(large.macs());
      assertThat(arms).extracting(ArmResult::epochs).startsWith(2, 0, 1, 2);
      assertThat(arms.get(4).epochs()).isEqualTo((int) (2.0 * large.flops() / small.flops()));
      for (ArmResult arm : arms) {
        assertThat(arm.trainingMacs()).isEqualTo(3 * arm.macs() * 60 * arm.epochs());
      }
      assertThat(arms.subList(1, 5)).extracting(ArmResult::macs).containsOnly(small.macs());
      assertThat(arms.subList(1, 5))
          .extracting(ArmResult::parameters)
          .containsOnly(small.parameters());
    }
  }

  @Test
  void fineTuningStartsFromThePrunedWeightsAndScratchFromFreshOnes() {
    Set<String> starts = new HashSet<>();
    for (String seed : List.of("seed-1/", "seed-2/")) {
      var pruned = ModelFolder.load(whole.resolve(seed + "pruned"));
      assertThat(runJson(seed + "fine-tuned").path("startDigest").asText())
          .isEqualTo(Digests.of(pruned.weights()));
      for (String arm : List.of("unpruned", "fine-tuned", "scratch-e", "scratch-b")) {
        JsonNode run = runJson(seed + arm);
        assertThat(starts.add(run.path("startDigest").asText())).as(seed + arm).isTrue();
        if (!arm.equals("unpruned")) {
          assertThat(run.path("parent").asText()).isEqualTo(seed + "pruned");
          assertThat(run.path("networkDigest").asText()).isEqualTo(Digests.of(pruned.network()));
        }
      }
      String kernel = pruned.network().parameters().get(0).name();
      var unprunedStart = TinyComparison.plan(List.of(1L)).network().initialise(1).get(kernel);
      var trained = ModelFolder.load(whole.resolve(seed + "scratch-e")).weights().get(kernel);
      assertThat(trained.values()[0]).isNotEqualTo(unprunedStart.values()[0]);
    }
    assertThat(starts).hasSize(8);
  }

  /** Stops each training once, in the middle of its last epoch, when it comes to it first. */
  private static final class Interrupter implements ComparisonWatcher {
    private final Set<String> interrupted = new HashSet<>();

    @Override
    public void note(String line) {}

    @Override
    public TrainingHook training(String title, TrainingJob job) {
      return new TrainingHook() {
        private long stopAt = -1;

        @Override
        public void started(Live live, int epochsDone, Recipe recipe, int stepsPerEpoch) {
          if (interrupted.add(title)) {
            stopAt = (long) (recipe.epochs() - 1) * stepsPerEpoch + 2;
          }
        }

        @Override
        public void afterStep(long step, int images, double loss) {
          if (step == stopAt) {
            throw new IllegalStateException("stopped");
          }
        }
      };
    }
  }

  @Test
  void interruptedAtEveryArmItEndsAsIfItNeverWas() {
    Interrupter interrupter = new Interrupter();
    ComparisonPlan plan = TinyComparison.plan(List.of(1L, 2L));
    for (int arm = 0; arm < 8; arm++) {
      assertThatThrownBy(() -> run(plan, folder, interrupter)).hasMessage("stopped");
      assertThat(interrupter.interrupted).hasSize(arm + 1);
      assertThat(folder.resolve("results.json")).doesNotExist();
    }
    ComparisonResult end = run(plan, folder, interrupter);
    assertThat(withoutClock(end)).isEqualTo(withoutClock(result));
    assertThat(end.summary()).isEqualTo(result.summary());
    assertThat(end.reading()).isEqualTo(result.reading());
    for (ArmResult arm : end.arms()) {
      assertThat(new RunFolder(folder.resolve(arm.run())).summary().orElseThrow().weightsDigest())
          .isEqualTo(
              new RunFolder(whole.resolve(arm.run())).summary().orElseThrow().weightsDigest());
    }
  }

  @Test
  void whatIsDoneIsNotDoneAgain() throws IOException {
    PathUtils.copyDirectory(whole, folder);
    Path summary = folder.resolve("seed-2/pruned/summary.json");
    Files.writeString(
        summary,
        Files.readString(summary).replaceFirst("\"accuracy\" : [^,]*", "\"accuracy\" : 0.5"));
    ComparisonResult again =
        run(
            TinyComparison.plan(List.of(1L, 2L)),
            folder,
            new ComparisonWatcher() {
              @Override
              public void note(String line) {}

              @Override
              public TrainingHook training(String title, TrainingJob job) {
                return new TrainingHook() {
                  @Override
                  public void started(Live live, int epochsDone, Recipe recipe, int steps) {
                    throw new AssertionError("trains again: " + title);
                  }
                };
              }
            });
    assertThat(again.arms().get(6).accuracy()).isEqualTo(0.5);
    assertThat(again.arms().get(5)).isEqualTo(result.arms().get(5));
  }

  @Test
  void aSeedIsAddedWithoutTouchingTheOthers() throws IOException {
    PathUtils.copyDirectory(whole, folder);
    ComparisonResult more =
        run(TinyComparison.plan(List.of(1L, 2L, 3L)), folder, TinyComparison.SILENT);
    assertThat(more.arms()).hasSize(15);
    assertThat(more.arms().subList(0, 10)).isEqualTo(result.arms());
  }

  @Test
  void anotherComparisonInTheFolderIsNotWrittenOver() throws IOException {
    PathUtils.copyDirectory(whole, folder);
    Path pruned = folder.resolve("seed-1/pruned");
    assertThatThrownBy(
            () -> run(TinyComparison.plan(List.of(1L), 0.25), folder, TinyComparison.SILENT))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(
            pruned.resolve("cut.json") + ": holds the cut of another comparison");
    assertThat(CutFile.read(pruned.resolve("cut.json")))
        .isEqualTo(CutFile.read(whole.resolve("seed-1/pruned/cut.json")));
    assertThat(Digests.of(ModelFolder.load(pruned).weights()))
        .isEqualTo(Digests.of(ModelFolder.load(whole.resolve("seed-1/pruned")).weights()));
  }
}
