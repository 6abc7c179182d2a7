package org.espalier.framework.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.io.file.PathUtils;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.TinyJobs;
import org.espalier.framework.training.TrainingJob;
import org.espalier.graphs.BadInputException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to a file of a run is told in one line, and makes nothing worse. */
class DamagedRunTest {
  private static final TrainingJob JOB = TinyJobs.job(3, 1);

  @TempDir static Path good;

  @TempDir Path scratch;

  @BeforeAll
  static void makeAnUnfinishedAndAFinishedRun() {
    assertThatThrownBy(() -> run(good.resolve("unfinished"), TrainingRunTest.stopAfter(9)))
        .hasMessage("stopped");
    run(good.resolve("finished"));
  }

  private static RunSummary run(Path at, org.espalier.framework.training.TrainingHook... hooks) {
    return new TrainingRun(TestNetworks.WIRED.costs(), TestNetworks.WIRED.rules())
        .run(at, JOB, Map.of("epochs", 3), Optional.empty(), List.of(hooks));
  }

  private Path copy(String which) throws IOException {
    Path at = scratch.resolve(which);
    PathUtils.copyDirectory(good.resolve(which), at);
    return at;
  }

  private static Map<String, String> content(Path folder) throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(f -> !f.toString().contains("tfevents")).toList()) {
        content.put(
            file.getFileName().toString(),
            Arrays.hashCode(Files.readAllBytes(file)) + " " + Files.getLastModifiedTime(file));
      }
    }
    return content;
  }

  private static void assertRefused(Path folder, String file, Runnable action) throws IOException {
    Map<String, String> before = content(folder);
    assertThatThrownBy(action::run)
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(folder.resolve(file).toString())
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(600));
    assertThat(content(folder)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"checkpoint.safetensors", "metrics.csv", "network.pb", "run.json"})
  void anUnfinishedRunThatWasCutShortAnywhereIsRefused(String name) throws IOException {
    Path folder = copy("unfinished");
    Path file = folder.resolve(name);
    byte[] whole = Files.readAllBytes(file);
    for (int part = 0; part < 8; part++) {
      Files.write(file, Arrays.copyOf(whole, whole.length * part / 8));
      assertRefused(folder, name, () -> run(folder));
    }
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    if (!name.equals("run.json")) {
      assertRefused(folder, name, () -> run(folder));
    }
    Files.write(file, whole);
    assertThat(run(folder).weightsDigest())
        .isEqualTo(run(good.resolve("finished")).weightsDigest());
  }

  @ParameterizedTest
  @ValueSource(strings = {"checkpoint.safetensors", "metrics.csv", "network.pb"})
  void aByteThatChangedIsFound(String name) throws IOException {
    Path folder = copy("unfinished");
    Path file = folder.resolve(name);
    byte[] whole = Files.readAllBytes(file);
    for (int part = 1; part < 8; part++) {
      byte[] altered = whole.clone();
      altered[whole.length * part / 8] ^= 1;
      Files.write(file, altered);
      assertRefused(folder, name, () -> run(folder));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "weights.safetensors, true",
    "network.pb, true",
    "summary.json, true",
    "weights.safetensors, false"
  })
  void aFinishedModelThatIsDamagedIsNotLoaded(String name, boolean cut) throws IOException {
    Path folder = copy("finished");
    Path file = folder.resolve(name);
    byte[] whole = Files.readAllBytes(file);
    for (int part = 1; part < 8; part++) {
      byte[] altered = cut ? Arrays.copyOf(whole, whole.length * part / 8) : whole.clone();
      if (!cut) {
        altered[whole.length - part] ^= 1;
      }
      Files.write(file, altered);
      assertRefused(folder, name, () -> ModelFolder.load(folder));
    }
    Files.write(file, whole);
    assertThat(ModelFolder.load(folder).weights())
        .isEqualTo(ModelFolder.load(good.resolve("finished")).weights());
  }

  @Test
  void aSummaryThatLacksANumberIsNotTakenForZero() throws IOException {
    Path folder = copy("finished");
    Files.writeString(folder.resolve("summary.json"), "{\"accuracy\": 1}");
    assertRefused(folder, "summary.json", () -> run(folder));
    Files.writeString(folder.resolve("summary.json"), "[]");
    assertRefused(folder, "summary.json", () -> run(folder));
  }

  @Test
  void aCheckpointOfAnotherNetworkIsRefusedByParameter() throws IOException {
    Path folder = copy("unfinished");
    TrainingJob wide =
        new TrainingJob(
            TestNetworks.network("resnet8", 10, 1, 0.5),
            TestNetworks.network("resnet8", 10, 1, 0.5).initialise(1),
            JOB.recipe(),
            JOB.data(),
            1,
            JOB.machine());
    Path other = scratch.resolve("other");
    assertThatThrownBy(
            () ->
                new TrainingRun(TestNetworks.WIRED.costs(), TestNetworks.WIRED.rules())
                    .run(
                        other,
                        wide,
                        Map.of(),
                        Optional.empty(),
                        List.of(TrainingRunTest.stopAfter(9))))
        .hasMessage("stopped");
    String name = "checkpoint.safetensors";
    Files.copy(
        other.resolve(name),
        folder.resolve(name),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertRefused(folder, name, () -> run(folder));
    assertThatThrownBy(() -> run(folder)).hasMessageContaining("parameter 'stem/kernel'");
  }

  @Test
  void metricsThatAreGoneAreMissed() throws IOException {
    Path folder = copy("unfinished");
    Files.delete(folder.resolve("metrics.csv"));
    assertRefused(folder, "metrics.csv", () -> run(folder));
  }

  /** The metrics are written first: a kill in between leaves a row too many. */
  @Test
  void aRowTooManyIsDropped() throws IOException {
    Path folder = copy("unfinished");
    Path metrics = folder.resolve("metrics.csv");
    Files.writeString(
        metrics,
        Files.readString(metrics)
            + Files.readAllLines(good.resolve("finished/metrics.csv")).get(3)
            + "\n");
    assertThat(run(folder).weightsDigest())
        .isEqualTo(run(good.resolve("finished")).weightsDigest());
  }
}
