package org.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.espalier.framework.runs.RunSummary;
import org.espalier.graphs.cost.Cost;
import org.espalier.pruning.comparison.ArmResult;
import org.espalier.pruning.comparison.ArmSummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportWriterTest {
  private static final String EVIL = "</script><img src=x onerror=alert(1)>&\"'";

  @TempDir Path folder;

  @Test
  void everyArmSeedLayerAndFactIsOnThePage() {
    String html = ReportWriter.html(Samples.comparison());
    assertThat(html)
        .contains("Unpruned", "Pruned, not retrained", "Fine-tuned", "Scratch-E", "Scratch-B")
        .contains("conv1<", "conv13<", "14.99 M", "313.5 M", "−64.0 %", "sha256 6d958be0")
        .contains("espalier compare vgg16-cifar10-l1 --seeds 1,2,3", "Every run (15)")
        .contains("Test accuracy,<br>last epoch", "the floor of 1 channel");
  }

  /** Two arms, of which the costs of one are known in part: no change is told of them. */
  @Test
  void aCostThatIsKnownInPartIsAtLeastSoMuch() {
    RunSummary known = new RunSummary(0.9, null, 2, 10, 4_000_000, 0, 1_200_000_000, 1, "d");
    RunSummary part =
        new RunSummary(0.8, null, 2, 5, 1_000_000, 0, 300_000_000, 1, "d", true, null);
    List<ArmResult> rows =
        List.of(ArmResult.of("unpruned", 1, known, null), ArmResult.of("scratch-e", 1, part, null));
    List<ArmSummary> arms = ArmSummary.of(rows);
    String html = ReportWriter.html(Report.of("r", "", rows));
    assertThat(count(html, "at least 1.000 M")).as("by arm, and by run").isEqualTo(2);
    assertThat(count(html, "at least 300 M")).isEqualTo(2);
    assertThat(html).contains("−50.0 %").doesNotContain("−75.0 %").doesNotContain("4.000 M to");
    assertThat(ComparisonTable.of(arms, StandardCharsets.UTF_8))
        .contains("at least 1.000 M", "at least 300 M", "4.000 M")
        .doesNotContain("at least 4.000 M")
        .doesNotContain("−75.0 %");
    String one = ReportWriter.html(Report.of("r", "", rows.subList(1, 2)));
    assertThat(count(one, "at least 1.000 M")).as("at the top").isEqualTo(1);
  }

  /** Of a masked arm what is not masked is told, of all, and the change is that of what is left. */
  @Test
  void aMaskedArmIsToldByWhatIsLeft() {
    RunSummary dense = new RunSummary(0.9, null, 2, 40_000, 4_000_000, 0, 12, 1, "d");
    Cost.Effective left = new Cost.Effective(8_000, 1_000_000, 0);
    RunSummary masked = new RunSummary(0.8, null, 2, 40_000, 4_000_000, 0, 12, 1, "d", false, left);
    List<ArmResult> rows =
        List.of(
            ArmResult.of("unpruned", 1, dense, null), ArmResult.of("scratch-e", 1, masked, null));
    String html = ReportWriter.html(Report.of("r", "", rows));
    assertThat(html)
        .contains("8.000 k of 40.00 k not masked", "1.000 M of 4.000 M not masked")
        .contains("−80.0 %", "−75.0 %", "Parameters, not masked");
    assertThat(ComparisonTable.of(ArmSummary.of(rows), StandardCharsets.UTF_8))
        .contains("8.000 k (−80.0 %) not masked", "1.000 M (−75.0 %) not masked")
        .containsPattern("unpruned .* 12\\n")
        .containsPattern("scratch-e .* 12, masked too\\n");
    assertThat(count(html, "12, masked too")).isEqualTo(1);
  }

  @Test
  void nothingThatTheCallerSaysBecomesMarkup() {
    ArmResult row = Samples.row(EVIL, 1, 0.5, 1, 10, 10).timed(1.0);
    Report report =
        new Report(
            EVIL,
            EVIL,
            List.of(EVIL),
            List.of(EVIL),
            ArmSummary.of(List.of(row, Samples.comparison().runs().get(0))),
            List.of(row),
            List.of(LayerWidths.of(EVIL, 4, 2)),
            List.of(new Curve(EVIL, 1, List.of(Samples.point(1, 1, 0.5, 1, 0.5)))),
            List.of(Fact.of(EVIL, EVIL), Fact.code(EVIL, EVIL)));
    String html = ReportWriter.html(report);
    assertThat(html).doesNotContain("<img").contains("&lt;img src&#x3D;x");
    assertThat(count(html, "<script")).isEqualTo(3);
    assertThat(count(html, "</script")).isEqualTo(3);
  }

  @Test
  void theDataOfTheChartsIsJsonWithEveryPoint() throws IOException {
    JsonNode data = data(ReportWriter.html(Samples.comparison()));
    assertThat(data.at("/widths/labels")).hasSize(13);
    assertThat(data.at("/widths/text/0").asText()).isEqualTo("64 → 32, 50 % kept");
    assertThat(data.at("/lines/0/series")).hasSize(5);
    JsonNode scratchB = data.at("/lines/0/series/3");
    assertThat(scratchB.get("key").asText()).isEqualTo("scratch-b");
    assertThat(scratchB.get("mean")).hasSize(243);
    for (int i = 0; i < 243; i++) {
      assertThat(scratchB.get("mean").get(i).asDouble())
          .isBetween(scratchB.get("low").get(i).asDouble(), scratchB.get("high").get(i).asDouble());
    }
  }

  @Test
  void thePageAsksForNothingAndRunsOnlyItsOwnScripts() throws Exception {
    String html = ReportWriter.html(Samples.comparison());
    assertThat(html).doesNotContain("src=\"").doesNotContain("<link").doesNotContain("@import");
    assertThat(html).doesNotContain("sourceMappingURL").contains("default-src 'none'");
    Matcher scripts = Pattern.compile("(?s)<script>(.*?)</script>").matcher(html);
    int found = 0;
    while (scripts.find()) {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(scripts.group(1).getBytes(StandardCharsets.UTF_8));
      assertThat(html).contains("'sha256-" + Base64.getEncoder().encodeToString(digest) + "'");
      found++;
    }
    assertThat(found).isEqualTo(2);
  }

  @Test
  void chartsHaveTextAndTablesHaveHeaders() {
    String html = ReportWriter.html(Samples.comparison());
    assertThat(count(html, "<canvas"))
        .isEqualTo(3)
        .isEqualTo(count(html, "role=\"img\" aria-label"));
    assertThat(count(html, "<th ")).isEqualTo(count(html, " scope=\""));
    assertThat(html).contains("<html lang=\"en\">", "prefers-color-scheme: dark", "@media print");
  }

  @Test
  void aReportOfAlmostNothingIsStillAPage() {
    String html = ReportWriter.html(Report.of("empty", "", List.of()));
    assertThat(html).contains("<h1>empty</h1>").doesNotContain("<canvas").doesNotContain("<script");
  }

  @Test
  void colorsStayApartHoweverManyArmsThereAre() {
    List<String> arms = Stream.iterate(0, i -> i + 1).limit(30).map(i -> "arm " + i).toList();
    Palette palette = Palette.of(arms);
    assertThat(arms).allSatisfy(arm -> assertThat(palette.of(arm)).isBetween(2, 7));
    assertThat(arms.subList(0, 6).stream().map(palette::of)).doesNotHaveDuplicates();
  }

  @Test
  void writingReplacesTheOldFileAndLeavesNothingElse() throws IOException {
    Path file = folder.resolve("deep/report.html");
    ReportWriter.write(Report.of("old", "", List.of()), file);
    assertThat(ReportWriter.write(Report.of("new", "", List.of()), file)).isEqualTo(file);
    assertThat(file).content().contains("<h1>new</h1>").doesNotContain("old");
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aFileThatSaysTheSameStays() throws IOException {
    Path file = ReportWriter.write(Samples.comparison(), folder.resolve("report.html"));
    FileTime longAgo = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(file, longAgo);
    ReportWriter.write(Samples.comparison(), file);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(longAgo);
    ReportWriter.write(Samples.comparison().withReading(List.of("other")), file);
    assertThat(Files.getLastModifiedTime(file)).isGreaterThan(longAgo);
  }

  @Test
  void aFailedWriteKeepsTheFolderClean() throws IOException {
    Path taken = Files.createDirectories(folder.resolve("report.html/in-the-way")).getParent();
    assertThatThrownBy(() -> ReportWriter.write(Report.of("x", "", List.of()), taken))
        .hasMessageContaining("report.html");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(taken);
    }
  }

  private static JsonNode data(String html) throws IOException {
    Matcher data =
        Pattern.compile("(?s)<script type=\"application/json\"[^>]*>(.*?)</script>").matcher(html);
    assertThat(data.find()).isTrue();
    return new ObjectMapper().readTree(data.group(1));
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }
}
