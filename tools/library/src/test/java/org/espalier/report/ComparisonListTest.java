package org.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.espalier.Espalier;
import org.espalier.pruning.comparison.ArmResult;
import org.espalier.pruning.comparison.ArmSummary;
import org.espalier.pruning.comparison.MeasuredRow;
import org.espalier.pruning.comparison.NamedComparison;
import org.espalier.pruning.comparison.PublishedArm;
import org.espalier.pruning.comparison.PublishedRow;
import org.junit.jupiter.api.Test;

/** The rows of the paper's tables, and a run beside one of them. */
class ComparisonListTest {
  private static final List<NamedComparison> ALL = Espalier.create().comparisons().all();

  private static String render(int columns) {
    return new ComparisonList(
            ALL,
            row -> List.of(row.settings().get("dataset").equals("imagenet") ? "regression" : "x"),
            StandardCharsets.UTF_8)
        .render(columns);
  }

  @Test
  void itFitsAnyTerminalAndSaysMoreOnAWideOne() {
    String narrow = render(80);
    assertThat(narrow.lines()).allMatch(line -> line.length() <= 80).hasSizeGreaterThan(48);
    assertThat(narrow).doesNotContain("±").contains("full", "tuned", "Table 6: ");
    String wide = render(120);
    assertThat(wide.lines()).allMatch(line -> line.length() <= 120);
    assertThat(wide).contains("93.14 ±0.12", "fine-tuned", "69.80*");
    for (NamedComparison row : ALL) {
      assertThat(narrow.lines().filter(line -> line.startsWith(row.name() + " "))).hasSize(1);
    }
    assertThat(narrow)
        .contains("  run here, scaled down, 3 seeds ")
        .contains("Those without a line 'run here' were not run here.");
    String lacking =
        new ComparisonList(ALL, row -> List.of("regression", "imagenet"), StandardCharsets.UTF_8)
            .render(80);
    assertThat(lacking.lines()).allMatch(line -> line.length() <= 80);
    assertThat(lacking).contains(" regression +1");
  }

  /** One line for the row, one for each time that it was run, with its scale. */
  @Test
  void whatWasRunHereStandsBelow() {
    NamedComparison row =
        new NamedComparison(
            "a",
            List.of(),
            "Table",
            1,
            Map.of("dataset", "x"),
            List.of(
                new PublishedArm("unpruned", 0.9, 0.01, null),
                new PublishedArm("scratch-e", 0.8, null, 0.85)),
            "paper",
            List.of(),
            List.of(
                new MeasuredRow(
                    "images=0.1", 1, "h", List.of(new PublishedArm("unpruned", 0.5, null, null))),
                new MeasuredRow(
                    "", 3, "h", List.of(new PublishedArm("unpruned", 0.901, 0.002, null)))));
    String text =
        new ComparisonList(List.of(row), r -> List.of("m", "d"), StandardCharsets.UTF_8).render(80);
    assertThat(text)
        .containsPattern(
            "a +90\\.00 ±1\\.00 +80\\.00\\* +m, d\n"
                + "  run here, scaled down, 1 seed +50\\.00 +–\n"
                + "  run here, 3 seeds +90\\.10 ±0\\.20 +–\n")
        .contains("* of the method's authors")
        .contains("Those without a line 'run here' were not run here.");
  }

  private static List<ArmSummary> measured() {
    List<ArmResult> rows = new ArrayList<>();
    rows.add(Samples.row("unpruned", 1, 0.91, 2, 10, 20));
    rows.add(Samples.row("pruned", 1, 0.5, 0, 5, 10));
    rows.add(Samples.row("fine-tuned", 1, 0.9, 1, 5, 10));
    return ArmSummary.of(rows);
  }

  private static PublishedRow published(List<String> departures) {
    return new PublishedRow(
        "row-1",
        "a paper",
        List.of(
            new PublishedArm("unpruned", 0.93, 0.001, null),
            new PublishedArm("fine-tuned", 0.92, null, 0.95),
            new PublishedArm("scratch-e", 0.94, null, null)),
        List.of("something to know"),
        departures);
  }

  @Test
  void aRunStandsBesideWhatWasPublished() {
    PublishedTable table = PublishedTable.of(measured(), published(List.of()));
    assertThat(table.rows())
        .containsExactly(
            new PublishedTable.Row("Unpruned", "91.00 %", "93.00 % ± 0.10"),
            new PublishedTable.Row("Pruned, not retrained", "50.00 %", "–"),
            new PublishedTable.Row("Fine-tuned", "90.00 %", "92.00 % (of 95.00 %)"),
            new PublishedTable.Row("Scratch-E", "–", "94.00 % (a single run)"));
    assertThat(table.render(StandardCharsets.UTF_8))
        .startsWith("published: a paper (row-1)\narm ")
        .endsWith("note: something to know\n")
        .doesNotContain("another thing");
  }

  /** In the head of the column, and in a sentence; on the page too. */
  @Test
  void aRunThatIsAnotherThingSaysSo() {
    PublishedTable table =
        PublishedTable.of(
            measured(), published(List.of("scaled down by images=0.1", "x: 1, not 2")));
    String sentence =
        "This run is not the published one, and its numbers are not to be held against those:"
            + " scaled down by images=0.1; x: 1, not 2.";
    assertThat(table.render(StandardCharsets.UTF_8))
        .contains("published, of another thing", sentence);
    Report report = Samples.comparison().withPublished(table);
    assertThat(ReportWriter.html(report).replace("&#x3D;", "="))
        .contains("Beside the published numbers", sentence, "published, of another thing")
        .contains("92.00 % (of 95.00 %)", "something to know");
    assertThat(ReportWriter.html(Samples.comparison())).doesNotContain("published numbers");
  }
}
