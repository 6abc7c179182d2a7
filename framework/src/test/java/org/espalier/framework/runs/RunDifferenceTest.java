package org.espalier.framework.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.framework.files.Json;
import org.espalier.framework.files.Safetensors;
import org.espalier.framework.training.Measurement;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.rewrites.Cut;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two runs that differ in one thing, or in several: the first one is named. */
class RunDifferenceTest {
  private static final Map<String, Object> INPUTS =
      Map.of("dataset", "tiny", "networkDigest", "n", "startDigest", "s");
  private static final List<Double> FIRST = List.of(1.0, 0.1, 2.5, 0.25, 2.25, 0.5);
  private static final List<Double> SECOND = List.of(2.0, 0.01, 1.5, 0.75, 1.25, 1.0);
  private static final RunSummary SUMMARY =
      new RunSummary(0.5, 1.25, 2, 10, 20, 40, 60, 3.0, "digest");

  @TempDir Path folder;
  private Path before;

  @BeforeEach
  void write() {
    before = run("before", INPUTS, List.of(FIRST, SECOND), 1, weights(1, 2), SUMMARY);
  }

  private Path run(
      String name,
      Map<String, Object> inputs,
      List<List<Double>> metrics,
      int kept,
      Weights weights,
      RunSummary summary) {
    Path run = folder.resolve(name);
    new RunDescription("train", "hash", Map.of(), Map.of(), inputs, List.of()).write(run);
    MetricsCsv.write(run, metrics.stream().map(RunDifferenceTest::measurement).toList());
    Cut.Group group =
        new Cut.Group("a", 4, List.of(0, kept), List.of(new Cut.MemberAxis("a/kernel", 3)));
    CutFile.write(run.resolve(CutFile.FILE), new Cut("l1-norm", Map.of(), List.of(group)));
    Safetensors.write(run.resolve(ModelFolder.WEIGHTS), weights, Map.of());
    Json.write(run.resolve(RunSummary.FILE), summary);
    return run;
  }

  /** Epoch, rate, loss and accuracy in training, loss and accuracy in testing. */
  private static Measurement measurement(List<Double> m) {
    long step = Math.round(10 * m.get(0));
    double seconds = Math.random(); // no part of what is compared
    return new Measurement(
        m.get(0), step, m.get(1), m.get(2), m.get(3), m.get(4), m.get(5), seconds, 1 / seconds);
  }

  private static Weights weights(float first, float second) {
    Map<String, ShapedArray> arrays = new LinkedHashMap<>();
    arrays.put("kernel", new ShapedArray(Shape.of(2), new float[] {first, second}));
    arrays.put("offset", ShapedArray.scalar(7));
    return Weights.of(arrays);
  }

  /** A scan makes no model; what it measured is compared in its place. */
  @Test
  void aSensitivityScanIsComparedWithoutWeights() {
    Path one = scan("one", 0.5);
    assertThat(RunDifference.first(one, scan("same", 0.5))).isEmpty();
    assertThat(RunDifference.first(one, scan("other", 0.75)).orElseThrow())
        .startsWith("sensitivity was ")
        .contains("accuracy=0.5", "accuracy=0.75");
  }

  private Path scan(String name, double accuracy) {
    Path run = folder.resolve(name);
    new RunDescription("sensitivity", "hash", Map.of(), Map.of(), INPUTS, List.of()).write(run);
    SensitivityTable.Score uncut = SensitivityTable.Score.ofLabels(0.875, Double.NaN);
    SensitivityTable.Score cut = SensitivityTable.Score.ofLabels(accuracy, 1);
    SensitivityTable.Row row =
        new SensitivityTable.Row("a", 4, List.of(new SensitivityTable.Point(0.5, 2, 10, cut)));
    SensitivityTable table =
        new SensitivityTable("n", "l1-norm", "x", 8, 20, true, uncut, List.of(0.5), List.of(row));
    table.write(run);
    assertThat(SensitivityTable.find(run)).as("what is read is what was written").hasValue(table);
    Json.write(run.resolve(RunSummary.FILE), SUMMARY);
    return run;
  }

  private void assertFirst(Path again, String difference) {
    assertThat(RunDifference.first(before, again)).hasValue(difference);
  }

  private static Map<String, Object> with(String name, Object value) {
    Map<String, Object> inputs = new LinkedHashMap<>(INPUTS);
    inputs.put(name, value);
    return inputs;
  }

  @Test
  void whatTookAnotherTimeIsTheSame() {
    RunSummary slower = new RunSummary(0.5, 1.25, 2, 10, 20, 40, 60, 99.0, "digest");
    Path again = run("again", INPUTS, List.of(FIRST, SECOND), 1, weights(1, 2), slower);
    assertThat(RunDifference.first(before, again)).isEmpty();
  }

  @Test
  void inputsAreNamedFirstAndByTheirNames() {
    RunSummary other = new RunSummary(0.25, 2.0, 2, 1, 2, 4, 6, 3.0, "other");
    List<List<Double>> metrics = List.of(SECOND);
    Path again = run("again", with("startDigest", "t"), metrics, 2, weights(3, 4), other);
    assertFirst(again, "startDigest was s, now is t");
    again = run("again", with("networkDigest", "m"), metrics, 2, weights(3, 4), other);
    assertFirst(again, "networkDigest was n, now is m");
    again = run("again", with("augmented", "yes"), metrics, 2, weights(3, 4), other);
    assertFirst(again, "augmented was null, now is yes");
    Map<String, Object> fewer = with("seed", 1);
    fewer.remove("dataset");
    assertFirst(
        run("again", fewer, metrics, 2, weights(3, 4), other), "dataset was tiny, now is null");
  }

  @Test
  void thenMeasurementsInTheirOrder() {
    List<String> names =
        List.of(
            "epoch",
            "learning rate",
            "training loss",
            "training accuracy",
            "test loss",
            "test accuracy");
    RunSummary other = new RunSummary(0.25, 2.0, 2, 1, 2, 4, 6, 3.0, "other");
    for (int i = 0; i < names.size(); i++) {
      List<Double> changed = new ArrayList<>(SECOND);
      for (int j = i; j < names.size(); j++) {
        changed.set(j, SECOND.get(j) / 2); // those behind it differ as well
      }
      Path again = run("again", INPUTS, List.of(FIRST, changed), 2, weights(3, 4), other);
      assertFirst(
          again,
          names.get(i) + " after epoch 2.0 was " + SECOND.get(i) + ", now is " + changed.get(i));
    }
    assertFirst(
        run("again", INPUTS, List.of(FIRST), 2, weights(3, 4), other),
        "number of measurements was 2, now is 1");
  }

  @Test
  void thenTheCut() {
    RunSummary other = new RunSummary(0.25, 2.0, 2, 1, 2, 4, 6, 3.0, "other");
    Path again = run("again", INPUTS, List.of(FIRST, SECOND), 2, weights(3, 4), other);
    assertThat(RunDifference.first(before, again).orElseThrow())
        .startsWith("cut was [Group[id=a, channels=4, kept=[0, 1]")
        .contains(", now is [Group[id=a, channels=4, kept=[0, 2]");
  }

  @Test
  void thenTheBranchesThatGo() {
    Path again = run("again", INPUTS, List.of(FIRST, SECOND), 1, weights(3, 4), SUMMARY);
    Cut cut = CutFile.read(again.resolve(CutFile.FILE));
    Cut shorter = new Cut(cut.method(), cut.settings(), cut.groups(), List.of("b/scale"));
    CutFile.write(again.resolve(CutFile.FILE), shorter);
    assertThat(RunDifference.first(before, again))
        .contains("removed branches was [], now is [b/scale]");
  }

  @Test
  void thenWeightsToTheBit() {
    RunSummary other = new RunSummary(0.25, 2.0, 2, 1, 2, 4, 6, 3.0, "other");
    List<List<Double>> same = List.of(FIRST, SECOND);
    assertFirst(
        run("again", INPUTS, same, 1, weights(1, 3), other),
        "value 1 of kernel was 2.0, now is 3.0");
    Path zero = run("zero", INPUTS, same, 1, weights(0f, 2), SUMMARY);
    Path negative = run("negative", INPUTS, same, 1, weights(-0f, 2), SUMMARY);
    assertThat(RunDifference.first(zero, negative))
        .hasValue("value 0 of kernel was 0.0, now is -0.0");
    Weights reshaped =
        Weights.of(
            Map.of(
                "kernel",
                new ShapedArray(Shape.of(2, 1), new float[] {1, 2}),
                "offset",
                ShapedArray.scalar(7)));
    assertFirst(
        run("again", INPUTS, same, 1, reshaped, other), "shape of kernel was [2], now is [2,1]");
    Weights fewer = Weights.of(Map.of("kernel", weights(1, 2).get("kernel")));
    assertFirst(run("again", INPUTS, same, 1, fewer, other), "offset was there, now is not");
  }

  @Test
  void thenTheSummaryInItsOrder() {
    List<RunSummary> others =
        List.of(
            new RunSummary(0.25, 2.0, 2, 1, 2, 40, 60, 3.0, "other"),
            new RunSummary(0.25, 2.0, 2, 1, 2, 40, 60, 3.0, "digest"),
            new RunSummary(0.5, 2.0, 2, 1, 2, 40, 60, 3.0, "digest"),
            new RunSummary(0.5, 1.25, 2, 1, 2, 40, 60, 3.0, "digest"),
            new RunSummary(0.5, 1.25, 2, 10, 2, 40, 60, 3.0, "digest"));
    List<String> said =
        List.of(
            "digest of the weights was digest, now is other",
            "accuracy was 0.5, now is 0.25",
            "loss was 1.25, now is 2.0",
            "number of parameters was 10, now is 1",
            "number of MACs was 20, now is 2");
    for (int i = 0; i < said.size(); i++) {
      Path again = run("again", INPUTS, List.of(FIRST, SECOND), 1, weights(1, 2), others.get(i));
      assertFirst(again, said.get(i));
    }
  }
}
