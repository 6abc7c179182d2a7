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
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.espalier.framework.experiments.PlanWatcher;
import org.espalier.framework.experiments.Task;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.RunDescription;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.training.Extent;
import org.espalier.framework.training.StoppedException;
import org.espalier.framework.training.Watcher;
import org.espalier.graphs.Model;
import org.espalier.pruning.Amount;
import org.espalier.pruning.L1Norm;
import org.espalier.pruning.RandomFilters;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
  private static final List<String> ARMS =
      List.of("unpruned", "pruned", "fine-tuned", "scratch-e", "scratch-b");
  private static final Comparison TINY = TinyComparison.of(List.of(1L, 2L));

  @TempDir static Path whole;

  private static ComparisonResult result;

  @TempDir Path folder;

  @BeforeAll
  static void runIt() {
    result = TinyComparison.run(TINY, whole, PlanWatcher.NONE);
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
                    0.0,
                    a.run(),
                    null,
                    null,
                    null,
                    null))
        .toList();
  }

  private static ArmResult arm(String name, long seed) {
    return result.arms().stream()
        .filter(a -> a.arm().equals(name) && a.seed() == seed)
        .findFirst()
        .orElseThrow();
  }

  private static Path run(String name, long seed) {
    return whole.resolve(arm(name, seed).run());
  }

  private static Object input(String name, long seed, String key) {
    return new RunFolder(run(name, seed)).description().orElseThrow().inputs().get(key);
  }

  @Test
  void everyArmOfEverySeedInOrder() throws IOException {
    JsonNode json = new ObjectMapper().readTree(whole.resolve("results.json").toFile());
    assertThat(json.path("arms")).hasSize(10);
    for (int i = 0; i < 10; i++) {
      JsonNode arm = json.path("arms").get(i);
      assertThat(arm.path("arm").asText()).isEqualTo(ARMS.get(i % 5));
      assertThat(arm.path("seed").asLong()).isEqualTo(1 + i / 5);
      assertThat(arm.path("run").asText()).matches("runs/[0-9a-f]{12}");
      assertThat(whole.resolve(arm.path("run").asText())).isDirectory();
      assertThat(arm.path("accuracy").asDouble()).isBetween(0.0, 1.0);
      for (String field : List.of("epochs", "parameters", "macs", "trainingMacs")) {
        assertThat(arm.path(field).isIntegralNumber()).as(field).isTrue();
      }
    }
    assertThat(json.path("summary")).hasSize(5);
    assertThat(json.path("summary").get(0).properties())
        .extracting(Map.Entry::getKey)
        .startsWith("arm", "mean", "std", "n");
    assertThat(ComparisonResult.read(whole)).isEqualTo(result);
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
    Set<Object> starts = new HashSet<>();
    for (long seed : List.of(1L, 2L)) {
      Model pruned = ModelFolder.load(run("pruned", seed));
      assertThat(input("fine-tuned", seed, "startDigest")).isEqualTo(Digests.of(pruned.weights()));
      for (String arm : List.of("unpruned", "fine-tuned", "scratch-e", "scratch-b")) {
        assertThat(starts.add(input(arm, seed, "startDigest"))).as(seed + arm).isTrue();
        if (!arm.equals("unpruned")) {
          RunDescription described = new RunFolder(run(arm, seed)).description().orElseThrow();
          assertThat(described.start(run(arm, seed)).orElseThrow()).isEqualTo(run("pruned", seed));
          assertThat(input(arm, seed, "networkDigest")).isEqualTo(Digests.of(pruned.network()));
        }
      }
    }
    assertThat(starts).hasSize(8);
  }

  /** Stops each training once, in the middle of its last epoch, when it comes to it first. */
  private static final class Interrupter implements PlanWatcher {
    private final Set<String> interrupted = new HashSet<>();

    @Override
    public Watcher training(Task task) {
      return new Watcher() {
        private boolean due;
        private long stopAt;

        @Override
        public void started(Extent extent, long step) {
          stopAt = (extent.epochs() - 1L) * extent.stepsPerEpoch() + 2;
        }

        @Override
        public void afterStep(long step, int images, double loss) {
          due = step == stopAt && interrupted.add(task.key());
        }

        @Override
        public boolean wantsToStop() {
          return due;
        }
      };
    }
  }

  @Test
  void interruptedAtEveryArmItEndsAsIfItNeverWas() {
    Interrupter interrupter = new Interrupter();
    for (int arm = 0; arm < 8; arm++) {
      assertThatThrownBy(() -> TinyComparison.run(TINY, folder, interrupter))
          .isInstanceOf(StoppedException.class);
      assertThat(interrupter.interrupted).hasSize(arm + 1);
      assertThat(folder.resolve("results.json")).doesNotExist();
    }
    ComparisonResult end = TinyComparison.run(TINY, folder, interrupter);
    assertThat(withoutClock(end)).isEqualTo(withoutClock(result));
    assertThat(end.reading()).isEqualTo(result.reading());
    for (ArmResult arm : end.arms()) {
      assertThat(digest(folder.resolve(arm.run()))).isEqualTo(digest(whole.resolve(arm.run())));
    }
  }

  private static String digest(Path run) {
    return new RunFolder(run).summary().orElseThrow().weightsDigest();
  }

  /** Hears of every training that is begun. */
  private static final class Counter implements PlanWatcher {
    private final Set<String> trained = new HashSet<>();

    @Override
    public Watcher training(Task task) {
      trained.add(task.key());
      return new Watcher() {};
    }
  }

  /** Every file of the runs with the time when it was last written. */
  private static Map<Path, Object> written(Path store) throws IOException {
    Map<Path, Object> times = new TreeMap<>();
    try (Stream<Path> files = Files.walk(store.resolve("runs"))) {
      for (Path file : files.toList()) {
        times.put(file, Files.getLastModifiedTime(file));
      }
    }
    return times;
  }

  @Test
  void whatIsDoneIsNotDoneAgainAndNotWrittenAgain() throws IOException {
    Map<Path, Object> before = written(whole);
    Counter counter = new Counter();
    ComparisonResult again = TinyComparison.run(TINY, whole, counter);
    assertThat(counter.trained).isEmpty();
    assertThat(again).isEqualTo(result);
    assertThat(written(whole)).isEqualTo(before);
  }

  @Test
  void aSeedIsAddedWithoutTouchingTheOthers() throws IOException {
    PathUtils.copyDirectory(whole, folder);
    Counter counter = new Counter();
    ComparisonResult more =
        TinyComparison.run(TinyComparison.of(List.of(1L, 2L, 3L)), folder, counter);
    assertThat(more.arms()).hasSize(15);
    assertThat(more.arms().subList(0, 10)).isEqualTo(result.arms());
    assertThat(counter.trained).hasSize(4);
  }

  @Test
  void anotherComparisonInTheStoreSharesTheDenseNetwork() throws IOException {
    PathUtils.copyDirectory(whole, folder);
    Counter counter = new Counter();
    ComparisonResult other =
        TinyComparison.run(
            TinyComparison.of(List.of(1L), List.of(new L1Norm()), List.of(Amount.ratio(0.25))),
            folder,
            counter);
    assertThat(counter.trained).hasSize(3);
    assertThat(other.arms().get(0)).isEqualTo(result.arms().get(0));
    assertThat(other.arms().get(1).macs()).isGreaterThan(result.arms().get(1).macs());
  }

  @Test
  void severalMethodsAndAmountsShareTheDenseNetworkToo() {
    Counter counter = new Counter();
    ComparisonResult several =
        TinyComparison.run(
            TinyComparison.of(
                List.of(1L),
                List.of(new L1Norm(), new RandomFilters(1)),
                List.of(Amount.ratio(0.5), Amount.macs(0.6))),
            folder,
            counter);
    assertThat(counter.trained).hasSize(1 + 4 * 3);
    assertThat(several.arms())
        .extracting(ArmResult::arm)
        .hasSize(17)
        .startsWith("unpruned", "l1-norm/ratio-0.5/pruned", "l1-norm/ratio-0.5/fine-tuned")
        .contains("random/macs-0.6/scratch-b");
    assertThat(several.arms().get(1))
        .usingRecursiveComparison()
        .ignoringFields("arm")
        .isEqualTo(result.arms().get(1));
    assertThat(several.reading())
        .hasSize(8)
        .anySatisfy(s -> assertThat(s).startsWith("random, macs-0.6: The pruned network keeps "));
  }

  @Test
  void aMethodThatDrawsDrawsAnewForEachSeed() {
    Comparison random =
        TinyComparison.of(
            List.of(3L, 4L), List.of(new RandomFilters(1)), List.of(Amount.ratio(0.5)));
    assertThat(random.plan("random").arms().stream().map(arm -> arm.task().settings()))
        .filteredOn(org.espalier.pruning.Prune.class::isInstance)
        .map(prune -> ((org.espalier.pruning.Prune) prune).how().method())
        .containsExactly(new RandomFilters(3), new RandomFilters(4));
  }
}
