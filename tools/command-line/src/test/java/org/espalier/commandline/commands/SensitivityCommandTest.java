package org.espalier.commandline.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.io.file.PathUtils;
import org.espalier.commandline.UserOfEspalier;
import org.espalier.framework.files.Npy;
import org.espalier.framework.runs.CutFile;
import org.espalier.framework.runs.SensitivityTable;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SensitivityCommandTest {
  private static final String LABELS = TrainedModels.DATA + " --threads 1";
  private static final List<String> GROUPS =
      List.of(
          "stage1/block1/conv1",
          "stage2/block1/conv1",
          "stage3/block1/conv1",
          "stage3/block1/conv2");

  private static final String ROUGH = "random inputs rank groups roughly";

  @TempDir static Path shared;

  private static Path run;
  private static Path scan;
  private static UserOfEspalier.Outcome typed;

  @TempDir Path folder;

  @BeforeAll
  static void scan() {
    run = shared.resolve("run");
    scan = shared.resolve("scan");
    assertThat(TrainedModels.train(run).code()).isZero();
    typed = sensitivity(LABELS + " --coupled --drop 0 --out " + scan);
    assertThat(typed.code()).as(typed.err()).isZero();
  }

  private static UserOfEspalier.Outcome sensitivity(String options) {
    return UserOfEspalier.types("sensitivity " + run + options);
  }

  private static UserOfEspalier.Outcome again(String options) {
    return sensitivity(LABELS + " --coupled --out " + scan + options);
  }

  /** The table is the answer, so it is on standard output; where it lies is said beside it. */
  @Test
  void theTableSaysWhatRemainsOfEachGroup() {
    SensitivityTable table = SensitivityTable.find(scan).orElseThrow();
    assertThat(typed.out())
        .startsWith(
            String.format(
                Locale.ROOT,
                "Test accuracy in %% on 20 test images of fashion-mnist-small when one group alone"
                    + " loses a share of its channels by l1-norm, nothing retrained; uncut %.2f %%.",
                100 * table.uncut().accuracy()));
    assertThat(typed.out().lines().filter(l -> l.startsWith("group ")).findFirst().orElseThrow())
        .matches("group +channels +10 % +30 % +50 % +70 % +90 % +MACs saved at 50 %");
    assertThat(table.groups()).hasSize(6);
    for (SensitivityTable.Row row : table.groups()) {
      StringBuilder line = new StringBuilder(row.id() + " +" + row.channels());
      row.points()
          .forEach(
              p -> line.append(String.format(Locale.ROOT, " +%.1f", 100 * p.score().accuracy())));
      double saved = 100.0 * (table.macs() - row.points().get(2).macs()) / table.macs();
      boolean sensitive = row.points().get(2).score().accuracy() < table.uncut().accuracy();
      line.append(String.format(Locale.ROOT, " +%.1f %%", saved));
      line.append(sensitive ? "  sensitive" : "");
      assertThat(typed.out().lines()).anyMatch(l -> l.matches(line.toString()));
    }
    assertThat(typed.out()).contains("scan: " + scan, "page: " + scan.resolve("report.html"));
  }

  @Test
  void theDocumentHoldsTheSame() {
    JsonNode json = again(" --drop 0 --json").json();
    SensitivityTable table = SensitivityTable.find(scan).orElseThrow();
    assertThat(json.path("network").asText()).isEqualTo("resnet8");
    assertThat(json.path("method").asText()).isEqualTo("l1-norm");
    assertThat(json.path("measure").asText()).isEqualTo("accuracy");
    assertThat(json.path("images").asInt()).isEqualTo(20);
    assertThat(json.path("at").asDouble()).isEqualTo(0.5);
    assertThat(json.path("drop").asDouble()).isZero();
    assertThat(json.at("/uncut/accuracy").asDouble()).isEqualTo(table.uncut().accuracy());
    assertThat(json.at("/uncut").has("agreement")).isFalse();
    assertThat(json.path("groups")).hasSize(6);
    List<String> sensitive = new ArrayList<>();
    for (int g = 0; g < 6; g++) {
      JsonNode row = json.path("groups").get(g);
      assertThat(row.path("id").asText()).isEqualTo(table.groups().get(g).id());
      assertThat(row.path("channels").asInt()).isEqualTo(table.groups().get(g).channels());
      for (int s = 0; s < 5; s++) {
        SensitivityTable.Point point = table.groups().get(g).points().get(s);
        JsonNode found = row.path("points").get(s);
        assertThat(found.path("share").asDouble()).isEqualTo(point.share());
        assertThat(found.path("kept").asInt()).isEqualTo(point.kept());
        assertThat(found.path("macs").asLong()).isEqualTo(point.macs());
        assertThat(found.path("accuracy").asDouble()).isEqualTo(point.score().accuracy());
      }
      if (row.path("sensitive").asBoolean()) {
        sensitive.add(row.path("id").asText());
      }
    }
    List<String> exclude = new ArrayList<>();
    json.path("exclude").forEach(id -> exclude.add(id.asText()));
    assertThat(exclude).isEqualTo(sensitive);
    assertThat(json.path("report").asText()).isEqualTo(scan + "/report.html");
  }

  /** Another rule asks nothing of the network: what was measured is judged anew. */
  @Test
  void whatIsMeasuredIsJudgedByAnyRule() throws IOException {
    FileTime measured = Files.getLastModifiedTime(scan.resolve(SensitivityTable.FILE));
    JsonNode all = again(" --drop 100 --at 0.9 --json").json();
    assertThat(all.path("exclude")).isEmpty();
    assertThat(all.path("ratios")).hasSize(6).allMatch(share -> share.asDouble() == 0.9);
    assertThat(Files.getLastModifiedTime(scan.resolve(SensitivityTable.FILE))).isEqualTo(measured);
  }

  private String pasted(String line) {
    return line.substring(line.indexOf("prune ") + "prune ".length());
  }

  private Path prune(String options) {
    Path out = folder.resolve("pruned");
    UserOfEspalier.Outcome outcome =
        UserOfEspalier.types("prune " + run + " --threads 1 --out " + out + " " + options);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    return out;
  }

  private static String line(UserOfEspalier.Outcome outcome, String flag) {
    return outcome.out().lines().filter(l -> l.contains(flag)).findFirst().orElseThrow();
  }

  @Test
  void pruneTakesTheProposedShares() {
    UserOfEspalier.Outcome outcome =
        sensitivity(" --threads 1 --drop 100 --shares 0.5 --out " + folder.resolve("s"));
    assertThat(outcome.out()).contains("0 of 4 groups cost more than 100 points alone when 50 %");
    Path out = prune(pasted(line(outcome, "--ratios")));
    assertThat(CutFile.read(out.resolve(CutFile.FILE)).groups())
        .filteredOn(g -> GROUPS.contains(g.id()))
        .hasSize(4)
        .allMatch(g -> g.kept().size() == g.channels() / 2);
  }

  /**
   * Of numbers that were put in place of those that were measured, so that two groups cost much.
   */
  @Test
  void pruneLeavesOutWhatIsProposed() throws IOException {
    Path made = folder.resolve("scan");
    PathUtils.copyDirectory(scan, made);
    SensitivityTable table = SensitivityTable.find(scan).orElseThrow();
    List<String> costly = List.of(table.groups().get(1).id(), table.groups().get(3).id());
    List<SensitivityTable.Row> rows = new ArrayList<>();
    for (SensitivityTable.Row row : table.groups()) {
      double accuracy = costly.contains(row.id()) ? 0.75 : 0.875;
      rows.add(
          new SensitivityTable.Row(
              row.id(),
              row.channels(),
              row.points().stream()
                  .map(
                      p ->
                          new SensitivityTable.Point(
                              p.share(),
                              p.kept(),
                              p.macs(),
                              SensitivityTable.Score.ofLabels(accuracy, 1)))
                  .toList()));
    }
    new SensitivityTable(
            table.network(),
            table.method(),
            table.on(),
            table.images(),
            table.macs(),
            false,
            SensitivityTable.Score.ofLabels(0.875, 1),
            table.shares(),
            rows)
        .write(made);
    UserOfEspalier.Outcome outcome = sensitivity(LABELS + " --coupled --out " + made);
    assertThat(outcome.out()).contains("2 of 6 groups cost more than 10 points alone when 50 %");
    Path out = prune(pasted(line(outcome, "--exclude")) + " --coupled --ratio 0.5");
    assertThat(CutFile.read(out.resolve(CutFile.FILE)).groups())
        .hasSize(6)
        .allMatch(g -> (g.kept().size() < g.channels()) != costly.contains(g.id()));
  }

  @Test
  void withoutADataSetOutputsAreCompared() {
    JsonNode json =
        sensitivity(
                " --threads 1 --random-inputs 4 --shares 0.9 --json --out " + folder.resolve("s"))
            .json();
    assertThat(json.path("measure").asText()).isEqualTo("agreement");
    assertThat(json.path("on").asText()).isEqualTo("random inputs, standard normal");
    assertThat(json.path("images").asInt()).isEqualTo(4);
    assertThat(json.at("/uncut/agreement").asDouble()).isEqualTo(1);
    assertThat(json.at("/uncut").has("accuracy")).isFalse();
    assertThat(json.at("/groups/0/points/0/distance").asDouble()).isPositive();
  }

  /** Random inputs say little of what a network does on images, and that is told. */
  @Test
  void aWarningGoesWithRandomInputsAlone() {
    Path inputs = folder.resolve("inputs.npy");
    Npy.write(inputs, ShapedArray.filled(Shape.of(2, 28, 28, 1), 0.5f));
    String options = " --threads 1 --shares 0.5 --out " + folder;
    assertThat(sensitivity(" --random-inputs 2" + options + "/a").err()).contains(ROUGH);
    assertThat(sensitivity(" --input " + inputs + options + "/b").err()).doesNotContain(ROUGH);
    assertThat(typed.err()).doesNotContain(ROUGH);
  }

  @Test
  void theScanIsARunThatCanBeReportedAndMadeAgain() {
    UserOfEspalier.Outcome report = UserOfEspalier.types("report " + scan);
    assertThat(report.code()).as(report.err()).isZero();
    assertThat(scan.resolve("report.html")).content().contains("stage1/block1/conv1");
    UserOfEspalier.Outcome again =
        UserOfEspalier.types("reproduce " + scan + " --to " + folder.resolve("again"));
    assertThat(again.code()).as(again.err()).isZero();
  }
}
