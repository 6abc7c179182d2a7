package org.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.espalier.framework.runs.SensitivityTable;
import org.espalier.framework.runs.SensitivityTable.Point;
import org.espalier.framework.runs.SensitivityTable.Row;
import org.espalier.framework.runs.SensitivityTable.Score;
import org.espalier.pruning.sensitivity.SensitivityRule;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SensitivityReportTest {
  private static final List<Double> SHARES = List.of(0.25, 0.5, 0.875);
  private static final String RUN =
      "{\"task\": \"sensitivity\", \"hash\": \"0a1b\", \"settings\": {}, \"needs\": {},"
          + "\"network\": \"vgg\", \"dataset\": \"grey\", \"stretches\": []}";
  private static final String SUMMARY =
      "{\"accuracy\": 0.9, \"loss\": 1, \"epochs\": 0, \"parameters\": 1, \"macs\": 1000,"
          + "\"flops\": 1, \"trainingMacs\": 0, \"trainingSeconds\": 0, \"weightsDigest\": \"d\"}";

  @TempDir Path folder;

  private static Row row(String id, double... accuracies) {
    List<Point> points = new ArrayList<>();
    for (int s = 0; s < accuracies.length; s++) {
      points.add(
          new Point(SHARES.get(s), 4, 1000 - 125 * (s + 1), Score.ofLabels(accuracies[s], 1)));
    }
    return new Row(id, 16, points);
  }

  private static SensitivityTable table(boolean atLeast) {
    return new SensitivityTable(
        "vgg",
        "l1-norm",
        "test images of grey",
        2000,
        1000,
        atLeast,
        Score.ofLabels(0.9, 1),
        SHARES,
        List.of(row("conv/<1>", 0.9, 0.85, 0.25), row("conv/2", 0.89, 0.88, 0.875)));
  }

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("run.json"), RUN);
    Files.writeString(folder.resolve("summary.json"), SUMMARY);
    table(false).write(folder);
  }

  private static ScanTable texts(boolean atLeast, double drop, Optional<Double> at) {
    SensitivityTable table = table(atLeast);
    return new ScanTable(table, new SensitivityRule(drop, at).of(table));
  }

  @Test
  void theTableForTheTerminal() {
    assertThat(texts(false, 2, Optional.empty()).render(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            group     channels  25 %  50 %  87.5 %  MACs saved at 50 %
            conv/<1>        16  90.0  85.0    25.0              25.0 %  sensitive
            conv/2          16  89.0  88.0    87.5              25.0 %
            """);
    assertThat(texts(true, 3, Optional.of(0.875)).render(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            group     channels  25 %  50 %  87.5 %  MACs saved at 87.5 %, of those known
            conv/<1>        16  90.0  85.0    25.0                                37.5 %  sensitive
            conv/2          16  89.0  88.0    87.5                                37.5 %
            """);
  }

  @Test
  void theSentences() {
    assertThat(texts(false, 2, Optional.empty()).lead())
        .isEqualTo(
            "Test accuracy in % on 2,000 test images of grey when one group alone loses a share of"
                + " its channels by l1-norm, nothing retrained; uncut 90.00 %.");
    assertThat(texts(false, 1.5, Optional.empty()).finding())
        .isEqualTo("2 of 2 groups cost more than 1.5 points alone when 50 % of their channels go.");
  }

  @Test
  void thePageHoldsEveryNumberAndTheArguments() throws IOException {
    String html =
        ReportWriter.html(SensitivityReport.read(folder, new SensitivityRule(2, Optional.empty())));
    assertThat(html)
        .contains(
            "Sensitivity scan", "l1-norm, vgg, grey", "conv/&lt;1&gt;<small>sensitive</small>")
        .contains("1 of 2 groups cost more than 2 points alone when 50 % of their channels go.")
        .contains("<code>--exclude conv/&lt;1&gt;</code>")
        .contains("<code>--ratios conv/&lt;1&gt;&#x3D;0.25,conv/2&#x3D;0.5</code>")
        .doesNotContain("conv/<1>", "is not finished");
    assertThat(cells(html, "n low")).containsExactly("85.0", "25.0", "87.5");
    assertThat(cells(html, "n"))
        .containsExactly("16", "90.0", "25.0 %", "25 %", "16", "89.0", "88.0", "25.0 %", "50 %");
    JsonNode drawn = data(html).path("sensitivity");
    assertThat(drawn.path("uncut").asDouble()).isEqualTo(90);
    assertThat(drawn.path("least").asDouble()).isEqualTo(88);
    assertThat(drawn.path("labels").get(1).asText()).isEqualTo("conv/2");
    assertThat(drawn.path("shares")).hasSize(3);
    assertThat(drawn.at("/shares/2/label").asText()).isEqualTo("87.5 %");
    assertThat(drawn.at("/shares/2/values/1").asDouble()).isEqualTo(87.5);
    assertThat(drawn.at("/shares/0/values/0").asDouble()).isEqualTo(90);
    assertThat(html.split("<th ", -1)).hasSameSizeAs(html.split(" scope=\"", -1));
    assertThat(html).contains("<canvas id=\"chart-sensitivity\" role=\"img\" aria-label=");
  }

  @Test
  void theFolderHasAReportByTheStandardRule() {
    assertThat(ReportFolder.read(folder).reading().get(0))
        .isEqualTo("0 of 2 groups cost more than 10 points alone when 50 % of their channels go.");
  }

  @Test
  void anotherRuleMakesAnotherPage() {
    Report strict = SensitivityReport.read(folder, new SensitivityRule(1, Optional.of(0.25)));
    assertThat(strict.reading().get(0))
        .isEqualTo("0 of 2 groups cost more than 1 points alone when 25 % of their channels go.");
    assertThat(ReportWriter.html(strict)).doesNotContain("--exclude");
  }

  @Test
  void aScanThatIsNotDoneSaysSo() throws IOException {
    Files.delete(folder.resolve("summary.json"));
    assertThat(ReportWriter.html(ReportFolder.read(folder)))
        .contains("This scan is not finished: groups are missing.");
  }

  private static List<String> cells(String html, String kind) {
    Matcher cell = Pattern.compile("<td class=\"" + kind + "\">([^<]*)</td>").matcher(html);
    List<String> cells = new ArrayList<>();
    while (cell.find()) {
      cells.add(cell.group(1));
    }
    return cells;
  }

  private static JsonNode data(String html) throws IOException {
    Matcher data =
        Pattern.compile("(?s)<script type=\"application/json\"[^>]*>(.*?)</script>").matcher(html);
    assertThat(data.find()).isTrue();
    return new ObjectMapper().readTree(data.group(1));
  }
}
