package org.espalier.framework.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.io.file.PathUtils;
import org.espalier.framework.TinyJobs;
import org.espalier.framework.runs.MetricsCsv;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.training.Step;
import org.espalier.framework.training.StoppedException;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to a file of a run is told in one line, and makes nothing worse. */
class DamagedTaskTest {
  private static final Step KEPT = Step.parse("1it");
  private static final Train TASK = TinyTasks.train(3, 1).keeping(List.of(KEPT));

  @TempDir static Path good;

  @TempDir Path scratch;

  @BeforeAll
  static void makeAnUnfinishedAndAFinishedRun() {
    stopAfterNineSteps(TASK, good.resolve("unfinished"));
    run(good.resolve("finished"));
  }

  private static void stopAfterNineSteps(Train task, Path folder) {
    Workshop shop = TinyTasks.shop(folder).with(TinyTasks.stopAfter(9));
    assertThatThrownBy(() -> new Maker(shop).make(task, folder))
        .isInstanceOf(StoppedException.class);
  }

  /** In a folder of its own, not in a store. */
  private static RunSummary run(Path folder) {
    return new Maker(TinyTasks.shop(folder)).make(TASK, folder);
  }

  private static String digest(Path folder) {
    return new RunFolder(folder).summary().orElseThrow().weightsDigest();
  }

  private Path copy(String which) throws IOException {
    Path at = scratch.resolve(which);
    PathUtils.copyDirectory(good.resolve(which), at);
    return at;
  }

  private static Map<String, String> content(Path folder) throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
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
      if (!saysTheSame(folder, name)) {
        assertRefused(folder, name, () -> run(folder));
      }
    }
    if (!name.endsWith(".csv") && !name.endsWith(".json")) { // which end with a line's end
      Files.write(file, Arrays.copyOf(whole, whole.length - 1));
      assertRefused(folder, name, () -> run(folder));
    }
    Files.write(file, whole);
    assertThat(run(folder).weightsDigest()).isEqualTo(digest(good.resolve("finished")));
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
      if (!saysTheSame(folder, name)) {
        assertRefused(folder, name, () -> run(folder));
      }
    }
  }

  /** The last of seventeen digits may change, or go, and the number stay. */
  private static boolean saysTheSame(Path folder, String name) {
    try {
      return name.equals(MetricsCsv.FILE)
          && MetricsCsv.read(folder).equals(MetricsCsv.read(good.resolve("unfinished")));
    } catch (BadInputException e) {
      return false;
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

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keptWeightsThatAreDamagedAreNotLoaded(boolean cut) throws IOException {
    Path folder = copy("finished");
    String name = "kept/1it.safetensors";
    Path file = folder.resolve(name);
    byte[] whole = Files.readAllBytes(file);
    for (int part = 1; part < 8; part++) {
      byte[] altered = cut ? Arrays.copyOf(whole, whole.length * part / 8) : whole.clone();
      if (!cut) {
        altered[whole.length * part / 8] ^= 1;
      }
      Files.write(file, altered);
      assertRefused(folder, name, () -> new RunFolder(folder).keptWeights(KEPT));
    }
    Files.write(file, whole);
    assertThat(new RunFolder(folder).keptWeights(KEPT))
        .isEqualTo(new RunFolder(good.resolve("finished")).keptWeights(KEPT));
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
    Fresh wide = new Fresh(ArchitectureSpec.of("resnet8").withWidth(0.5), 1);
    Path other = scratch.resolve("other");
    stopAfterNineSteps(TinyTasks.train(wide, TinyJobs.recipe(3, 12, 0.05), 1), other);
    String name = "checkpoint.safetensors";
    Files.copy(other.resolve(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
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
    Path finished = good.resolve("finished");
    String last = Files.readAllLines(finished.resolve("metrics.csv")).get(3);
    Files.writeString(metrics, Files.readString(metrics) + last + "\n");
    assertThat(run(folder).weightsDigest()).isEqualTo(digest(finished));
    assertThat(TinyTasks.metrics(folder)).isEqualTo(TinyTasks.metrics(finished));
  }

  /** The description is written first: a kill after it leaves a run without a network. */
  @Test
  void aRunWithoutANetworkIsBegunAnew() throws IOException {
    Path folder = Files.createDirectory(scratch.resolve("begun"));
    Files.copy(good.resolve("unfinished/run.json"), folder.resolve("run.json"));
    assertThat(run(folder).weightsDigest()).isEqualTo(digest(good.resolve("finished")));
  }
}
