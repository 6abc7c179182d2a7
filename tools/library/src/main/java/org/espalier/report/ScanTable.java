package org.espalier.report;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.espalier.framework.runs.SensitivityTable;
import org.espalier.framework.runs.SensitivityTable.Point;
import org.espalier.framework.runs.SensitivityTable.Row;
import org.espalier.pruning.sensitivity.Proposal;

/** A sensitivity scan in words and numbers, the same in the terminal and on the page. */
public record ScanTable(SensitivityTable table, Proposal proposal) {

  /** The table for the terminal. */
  public String render(Charset charset) {
    List<String> header = new ArrayList<>(List.of("group", "channels"));
    table.shares().forEach(share -> header.add(share(share)));
    header.add(savedHead());
    header.add("");
    TextTable text = new TextTable(header.toArray(String[]::new)).withWholeNames().endingInText();
    for (Row row : table.groups()) {
      List<String> cells = new ArrayList<>(List.of(row.id(), Integer.toString(row.channels())));
      row.points().forEach(point -> cells.add(remains(point)));
      cells.add(saved(row));
      cells.add(proposal.isSensitive(row.id()) ? "sensitive" : "");
      text.row(cells.toArray(String[]::new));
    }
    return text.render(charset);
  }

  /** What the table shows. */
  public String lead() {
    return String.format(
        Locale.ROOT,
        "%s in %% on %,d %s when one group alone loses a share of its channels by %s, nothing"
            + " retrained; uncut %s.",
        capital(measure()),
        table.images(),
        table.on(),
        table.method(),
        Numbers.percent(table.uncut().value()));
  }

  /** What was found, and by which rule. */
  public String finding() {
    return String.format(
        Locale.ROOT,
        "%d of %d groups cost more than %s points alone when %s of their channels go.",
        proposal.exclude().size(),
        table.groups().size(),
        Numbers.mean(proposal.drop()),
        share(proposal.at()));
  }

  /** What the numbers are, for people. */
  String measure() {
    return switch (table.measure()) {
      case "accuracy" -> "test accuracy";
      case "agreement" -> "agreement with the uncut network";
      default -> "closeness to the uncut network's output";
    };
  }

  private static String capital(String words) {
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  /** {@code 30 %} of the share 0.3. */
  static String share(double share) {
    return Numbers.mean(Math.round(share * 1000) / 10.0) + " %";
  }

  String savedHead() {
    return "MACs saved at " + share(proposal.at()) + (table.atLeast() ? ", of those known" : "");
  }

  String remains(Point point) {
    return Numbers.fixed(100 * point.score().value(), 1);
  }

  boolean isLow(Point point) {
    return proposal.costsTooMuch(table.uncut(), point.score());
  }

  String saved(Row row) {
    long left = row.points().get(table.shares().indexOf(proposal.at())).macs();
    return table.macs() == 0
        ? Numbers.NONE
        : Numbers.fixed(100.0 * (table.macs() - left) / table.macs(), 1) + " %";
  }

  String most(Row row) {
    Double most = proposal.ratios().get(row.id());
    return most == null ? Numbers.NONE : share(most);
  }
}
