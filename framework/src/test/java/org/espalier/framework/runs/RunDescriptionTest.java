package org.espalier.framework.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.training.FineTuning;
import org.espalier.graphs.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run is read as it was written, and what tells two apart is named. */
class RunDescriptionTest {
  private static final FineTuning TODAY = Settings.defaults(FineTuning.class);

  @TempDir Path folder;

  private static Stretch stretch(long fromStep, int threads) {
    return new Stretch(
        fromStep, threads, "cpu", "here", "then", Map.of("tensorflow", "2.18.0"), Map.of());
  }

  private static RunDescription described(String task, Map<String, Object> settings) {
    return new RunDescription(task, "h", settings, Map.of(), Map.of(), List.of());
  }

  private static RunDescription described(Map<String, Object> inputs) {
    return new RunDescription("t", "h", Map.of(), Map.of(), inputs, List.of());
  }

  @Test
  void isReadAsItWasWritten() throws IOException {
    RunDescription run =
        new RunDescription(
                "train",
                "abc",
                Map.of("epochs", 3L, "milestones", List.of("0.5")),
                Map.of("def", new RunDescription.Described("prune", Map.of("ratio", 0.5))),
                Map.of("startDigest", "s"),
                List.of())
            .withStretch(stretch(0, 1))
            .withStretch(stretch(50, 2));
    run.write(folder);
    assertThat(RunDescription.read(folder)).isEqualTo(run);
    assertThat(RunDescription.parse(Files.readString(folder.resolve("run.json")))).isEqualTo(run);
    assertThat(run.asMap().keySet())
        .containsExactly("task", "hash", "settings", "needs", "startDigest", "stretches");
    assertThat(run.stretches()).extracting(Stretch::fromStep).containsExactly(0L, 50L);
  }

  @Test
  void whatIsMissingIsEmpty() {
    RunDescription empty = RunDescription.parse("{}");
    assertThat(empty)
        .isEqualTo(new RunDescription("", "", Map.of(), Map.of(), Map.of(), List.of()));
  }

  @Test
  void whatIsNoDescriptionSaysWhereAndWhat() throws IOException {
    assertThatThrownBy(() -> RunDescription.parse("{"))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("expected the description of a run, found ");
    Files.writeString(folder.resolve("run.json"), "{\"stretches\":[{\"fromStep\":\"x\"}]}");
    assertThatThrownBy(() -> RunDescription.read(folder))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            folder.resolve("run.json")
                + ": expected the description of a run, found {\"fromStep\":\"x\"} among its"
                + " stretches");
  }

  @Test
  void whereItStartedFrom() throws IOException {
    Path run = Files.createDirectories(folder.resolve("runs/this"));
    assertThat(described("t", Map.of("start.path", "/models/a")).start(run))
        .hasValue(Path.of("/models/a"));
    assertThat(described("t", Map.of("of.path", "/models/b")).start(run))
        .hasValue(Path.of("/models/b"));
    Path other = folder.toRealPath().resolve("runs/other");
    assertThat(described("t", Map.of("start.of", "other")).start(run)).hasValue(other);
    assertThat(described("t", Map.of("of.of", "other")).start(run)).hasValue(other);
    assertThat(described(Map.of("parent", "/old")).start(run)).hasValue(Path.of("/old"));
    assertThat(described("t", Map.of()).start(run)).isEmpty();
  }

  private static Map<String, Object> with(String name, Object value) {
    Map<String, Object> settings = new LinkedHashMap<>(Settings.all(TODAY));
    settings.put(name, value);
    return settings;
  }

  private static Map<String, Object> without(Map<String, Object> settings, String name) {
    Map<String, Object> fewer = new LinkedHashMap<>(settings);
    fewer.remove(name);
    return fewer;
  }

  @Test
  void anotherTaskIsAnotherRun() {
    RunDescription now = described("tune", Settings.all(TODAY));
    assertThat(described("", Map.of()).difference(now, TODAY))
        .hasValue("it is of an older Espalier");
    assertThat(described("train", Settings.all(TODAY)).difference(now, TODAY))
        .hasValue("its task is train, now tune");
    assertThat(now.difference(now, TODAY)).isEmpty();
  }

  @Test
  void settingsTellRunsApartUnlessTheyAreNewAndDefault() {
    RunDescription now = described("tune", Settings.all(TODAY));
    String name = Settings.all(TODAY).keySet().iterator().next();
    assertThat(described("tune", with(name, 99)).difference(now, TODAY).orElseThrow())
        .startsWith("its setting " + name + " is 99, now ");
    assertThat(described("tune", with("gone", 1)).difference(now, TODAY))
        .hasValue("its setting gone is 1, now not given");
    assertThat(described("tune", without(Settings.all(TODAY), name)).difference(now, TODAY))
        .as("there was no such setting, and it has its default")
        .isEmpty();
    FineTuning other = new FineTuning(TODAY.fineTuneEpochs() + 1, TODAY.fineTuneLearningRate());
    RunDescription longer = described("tune", Settings.all(other));
    assertThat(described("tune", Map.of()).difference(longer, other).orElseThrow())
        .endsWith(" is not given, now " + other.fineTuneEpochs());
  }

  @Test
  void onlyInputsThatTheRunOfTodayNamesCount() {
    RunDescription before = described(Map.of("a", 1, "b", 2));
    assertThat(before.difference(described(Map.of("a", 1)), TODAY)).isEmpty();
    assertThat(before.difference(described(Map.of("b", 3)), TODAY)).hasValue("its b is 2, now 3");
    assertThat(before.difference(described(Map.of("c", 3)), TODAY))
        .hasValue("its c is not given, now 3");
  }

  @Test
  void stretchesThatDifferAreNamedWithTheStep() {
    RunDescription run =
        described(Map.of())
            .withStretch(stretch(0, 1))
            .withStretch(stretch(10, 1))
            .withStretch(stretch(20, 2));
    assertThat(run.differingStretches()).containsExactly("threads 1, then 2 from step 20");
    assertThat(RunDescription.warning(List.of("a", "b")))
        .isEqualTo("its bits cannot be promised, for it was made in parts that differ: a; b");
    assertThat(described(Map.of()).withStretch(stretch(0, 1)).differingStretches()).isEmpty();
  }
}
