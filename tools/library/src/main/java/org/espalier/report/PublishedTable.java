package org.espalier.report;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.espalier.pruning.comparison.ArmSummary;
import org.espalier.pruning.comparison.PublishedArm;
import org.espalier.pruning.comparison.PublishedRow;

/**
 * The numbers of a run beside those that were published. A run that is not the row says so in the
 * head of the column and in a sentence.
 *
 * @param column the head of what was published
 * @param caution in what the run is not the row; empty if in nothing
 * @param rows one an arm; empty if nothing was published
 */
public record PublishedTable(
    String source, String column, String caution, List<Row> rows, List<String> notes) {

  /** One arm; a number that is not there is a dash. */
  public record Row(String arm, String here, String published) {}

  /** The table of a run. */
  public static PublishedTable of(List<ArmSummary> here, PublishedRow published) {
    Map<String, ArmSummary> own =
        here.stream().collect(Collectors.toMap(ArmSummary::arm, Function.identity()));
    Map<String, PublishedArm> paper =
        published.arms().stream().collect(Collectors.toMap(PublishedArm::arm, Function.identity()));
    Set<String> arms = new LinkedHashSet<>();
    here.forEach(arm -> arms.add(arm.arm()));
    published.arms().forEach(arm -> arms.add(arm.arm()));
    List<Row> rows = new ArrayList<>();
    for (String arm : paper.isEmpty() ? Set.<String>of() : arms) {
      ArmSummary a = own.get(arm);
      rows.add(
          new Row(
              ArmNames.label(arm),
              a == null ? Numbers.NONE : Numbers.accuracy(a.mean(), a.std(), a.n()),
              paper.containsKey(arm) ? text(paper.get(arm)) : Numbers.NONE));
    }
    return new PublishedTable(
        published.source() + " (" + published.name() + ")",
        published.isFaithful() ? "published" : "published, of another thing",
        published.isFaithful()
            ? ""
            : "This run is not the published one, and its numbers are not to be held against those: "
                + String.join("; ", published.departures())
                + ".",
        rows,
        published.notes());
  }

  /** {@code 93.41 % ± 0.12}, or what tells that it is less. */
  private static String text(PublishedArm arm) {
    if (arm.of() != null) {
      return Numbers.percent(arm.accuracy()) + " (of " + Numbers.percent(arm.of()) + ")";
    }
    return arm.isSingleRun()
        ? Numbers.percent(arm.accuracy()) + " (a single run)"
        : Numbers.accuracy(arm.accuracy(), arm.std(), 2);
  }

  /** As text, with all that is to be said about it. */
  public String render(Charset charset) {
    StringBuilder text = new StringBuilder();
    if (rows.isEmpty()) {
      text.append("published: nothing that was read; ").append(source).append('\n');
    } else {
      TextTable table = new TextTable("arm", "here", column).withWholeNames();
      rows.forEach(row -> table.row(row.arm(), row.here(), row.published()));
      text.append("published: ").append(source).append('\n').append(table.render(charset));
    }
    if (!caution.isEmpty()) {
      text.append(caution).append('\n');
    }
    notes.forEach(note -> text.append("note: ").append(note).append('\n'));
    return text.toString();
  }
}
