package org.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.espalier.graphs.BadInputException;
import org.espalier.pruning.comparison.ArmResult;
import org.espalier.pruning.comparison.ArmSummary;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFolderTest {
  private static final String RUN =
      "{\"task\": \"train\", \"hash\": \"0a1b\", \"settings\": {}, \"needs\": {}, \"seed\": 1,"
          + "\"stretches\": [{\"fromStep\": 0, \"threads\": 2, \"device\": \"cpu\", \"host\": \"here\","
          + "\"started\": \"2026-11-25T00:00:00Z\", \"versions\": {\"tensorflow\": \"2.18.0\"},"
          + "\"environment\": {}}]}";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path folder;
  private Report written;

  @BeforeEach
  void writeTheSample() {
    written = Samples.comparison();
    ObjectNode results = MAPPER.createObjectNode();
    results.put("name", written.title()).put("dataset", "CIFAR-10").put("unknown", 1);
    results.putArray("reading").add(written.reading().get(0)).add(written.reading().get(1));
    results.putArray("commands").add("espalier compare x").add("espalier report x");
    ArrayNode arms = results.putArray("arms");
    for (ArmResult row : written.runs()) {
      String run = "runs/" + row.arm() + "-" + row.seed();
      ObjectNode arm = arms.addObject().put("arm", row.arm()).put("seed", row.seed());
      arm.put("accuracy", row.accuracy()).put("epochs", row.epochs()).put("run", run);
      arm.put("parameters", row.parameters()).put("macs", row.macs());
      arm.put("trainingMacs", row.trainingMacs());
      put(run + "/run.json", RUN);
    }
    ArrayNode summary = results.putArray("summary");
    for (ArmSummary arm : written.summary()) {
      ObjectNode row = summary.addObject().put("arm", arm.arm()).put("mean", arm.mean());
      row.put("std", arm.std()).put("n", arm.n());
    }
    put("results.json", results.toString());
    put("cut.json", cut(written.widths()));
    written.curves().forEach(c -> put("runs/" + c.arm() + "-" + c.seed() + "/metrics.csv", csv(c)));
  }

  @Test
  void aComparisonComesBackAsItWasWritten() {
    Report read = ReportFolder.read(folder);
    assertThat(read.title()).isEqualTo(written.title());
    assertThat(read.subtitle()).isEqualTo("CIFAR-10");
    assertThat(read.reading()).isEqualTo(written.reading());
    assertThat(read.widths()).isEqualTo(written.widths());
    assertThat(read.curves()).isEqualTo(written.curves());
    assertThat(read.runs()).hasSize(15);
    assertThat(read.summary())
        .usingRecursiveComparison()
        .ignoringFields("trainingSeconds")
        .isEqualTo(written.summary());
    assertThat(read.runs().get(0).trainingSeconds()).isEqualTo(160 * 2.5);
    assertThat(read.facts())
        .contains(
            Fact.of("Seeds", "1, 2, 3"),
            Fact.of("Versions", "tensorflow 2.18.0"),
            Fact.code("To run again", "espalier compare x\nespalier report x"));
  }

  @Test
  void itsPageShowsWhatThePageOfTheValueShows() {
    String page = ReportWriter.html(ReportFolder.read(folder));
    written.widths().forEach(layer -> assertThat(page).contains(layer.layer() + "</th>"));
    written.summary().forEach(arm -> assertThat(page).contains(ArmNames.label(arm.arm())));
  }

  @Test
  void cutsOfSeveralSeedsAreShownTogether() throws IOException {
    Files.delete(folder.resolve("cut.json"));
    put("runs/pruned-1/cut.json", cut(List.of(LayerWidths.of("conv1", 64, 30))));
    put("runs/pruned-2/cut.json", cut(List.of(LayerWidths.of("conv1", 64, 34))));
    LayerWidths layer = ReportFolder.read(folder).widths().get(0);
    assertThat(layer).isEqualTo(new LayerWidths("conv1", 64, List.of(30, 34)));
    assertThat(ChartData.after(layer)).isEqualTo("32.0 (30 to 34)");
  }

  @Test
  void aRunFolderIsAReportOfItsOwn() {
    Path run = folder.resolve("runs/scratch-b-1");
    put(
        "runs/scratch-b-1/summary.json",
        "{\"accuracy\": 0.93, \"loss\": 0.3, \"epochs\": 243, \"parameters\": 10, \"macs\": 20,"
            + "\"flops\": 30, \"trainingMacs\": 40, \"trainingSeconds\": 50, \"weightsDigest\": \"ab\"}");
    Report report = ReportFolder.read(run);
    assertThat(report.title()).isEqualTo("scratch-b-1");
    assertThat(report.runs()).hasSize(1);
    assertThat(report.curves().get(0).points()).hasSize(243);
    assertThat(ReportWriter.html(report)).contains("Training run", "93.00 %", "Training set");
  }

  /** Numbers as people write them, the model that it began with, and how to make it again. */
  @Test
  void aRunSaysWhatItIs() {
    put(
        "runs/scratch-b-1/run.json",
        RUN.replace(
            "\"settings\": {}",
            "\"settings\": {\"weight-decay\": 1.0E-4, \"milestones\": [0.5, 0.75], \"rate\": 2.0, \"seed\": 1,"
                + " \"start.path\": \"/models/small\"}, \"network\": \"resnet8\", \"dataset\": \"noise\""));
    Path run = folder.resolve("runs/scratch-b-1");
    Report report = ReportFolder.read(run);
    assertThat(report.subtitle()).isEqualTo("resnet8, from small, noise, seed 1");
    assertThat(report.facts()).as("said once").filteredOn(f -> f.name().equals("Seed")).hasSize(1);
    assertThat(report.facts())
        .contains(
            Fact.of("Weight decay", "0.0001"),
            Fact.of("Milestones", "0.5, 0.75"),
            Fact.of("Rate", "2"),
            Fact.of("Start path", "/models/small"),
            Fact.code("To make it again", "espalier reproduce " + run.toAbsolutePath()));
  }

  @Test
  void aRunThatIsNotFinishedSaysSo() {
    Report report = ReportFolder.read(folder.resolve("runs/scratch-b-1"));
    assertThat(report.runs()).isEmpty();
    assertThat(report.warnings().get(0)).contains("not finished", "243 epochs");
    assertThat(ReportWriter.html(report)).contains("Training run", "not finished");
  }

  @Test
  void lotteryRowsOfOneArmAreToldApart() {
    put(
        "results.json",
        "{\"arms\":[{\"arm\":\"ticket\",\"seed\":1,\"accuracy\":0.9,\"round\":1,\"density\":0.8},"
            + "{\"arm\":\"ticket\",\"seed\":1,\"accuracy\":0.8,\"round\":2,\"density\":0.64}],"
            + "\"summary\":[{\"arm\":\"ticket\",\"mean\":0.85,\"std\":0.05,\"n\":2}]}");
    assertThat(ReportFolder.read(folder).summary().stream().map(ArmSummary::arm))
        .containsExactly("ticket, round 1", "ticket, round 2");
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    assertBad(folder.resolve("runs"), "runs", "results.json", "neither");
    assertBad(folder.resolve("nowhere"), "nowhere", "no such folder");
    Files.delete(folder.resolve("runs/scratch-e-2/metrics.csv"));
    assertBad(folder, "scratch-e-2/metrics.csv", "no such file");
  }

  @Test
  void brokenJsonIsNamedWithItsPlace() {
    put("results.json", "{\"arms\": [\n{\"arm\": ");
    assertBad(folder, "results.json", "a mistake in line 2");
    put("results.json", "{\"name\": \"x\"}");
    assertBad(folder, "results.json", "arms");
    put("results.json", "null");
    assertBad(folder, "results.json", "null");
    put("results.json", "{\"arms\":[{\"arm\":\"a\",\"seed\":1,\"accuracy\":93.4}]}");
    assertBad(folder, "results.json", "93.4", "0 to 1");
  }

  @Test
  void brokenCutsAndMetricsAreNamedWithTheirPlace() {
    put(
        "cut.json",
        "{\"method\":\"m\",\"settings\":{},"
            + "\"groups\":[{\"id\":\"g\",\"channels\":1,\"kept\":[0,1],\"members\":[]}]}");
    assertBad(folder, "cut.json", "groups[0]", "group 'g'", "below 1, found 1");
    put("runs/unpruned-1/metrics.csv", "epoch,testAccuracy\n1,0.5\n2,x\n");
    assertBad(folder, "unpruned-1/metrics.csv", "testAccuracy", "line 3", "found 'x'");
    put("runs/unpruned-1/metrics.csv", "epoch,testAccuracy\n1\n");
    assertBad(folder, "unpruned-1/metrics.csv", "2 fields in line 2", "found 1");
    put("runs/unpruned-1/metrics.csv", "");
    assertBad(folder, "unpruned-1/metrics.csv", "expected", "found");
  }

  private static void assertBad(Path read, String... parts) {
    assertThatThrownBy(() -> ReportFolder.read(read))
        .isInstanceOf(BadInputException.class)
        .message()
        .contains(parts)
        .contains("expected", "found")
        .doesNotContain("\n");
  }

  private static String csv(Curve curve) {
    return curve.points().stream()
        .map(
            p ->
                List.of(p.epoch(), 390 * p.epoch(), 0.1, p.trainLoss(), p.trainAccuracy())
                    + ","
                    + List.of(p.testLoss(), p.testAccuracy(), 2.5, 20_000))
        .map(line -> line.replaceAll("[\\[\\] ]", ""))
        .collect(
            Collectors.joining(
                "\n",
                "epoch,step,learningRate,trainLoss,trainAccuracy,testLoss,testAccuracy,seconds,"
                    + "imagesPerSecond\n",
                "\n"));
  }

  private static String cut(List<LayerWidths> layers) {
    ObjectNode cut = MAPPER.createObjectNode().put("method", "l1-norm");
    cut.putObject("settings");
    ArrayNode groups = cut.putArray("groups");
    for (LayerWidths layer : layers) {
      ObjectNode group =
          groups.addObject().put("id", layer.layer()).put("channels", layer.before());
      ArrayNode kept = group.putArray("kept");
      IntStream.range(0, layer.after().get(0)).forEach(kept::add);
      group.putArray("members").addObject().put("parameter", layer.layer()).put("axis", 3);
    }
    return cut.toString();
  }

  private void put(String name, String text) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
