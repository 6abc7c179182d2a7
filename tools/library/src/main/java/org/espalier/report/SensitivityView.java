package org.espalier.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.espalier.framework.runs.SensitivityTable;
import org.espalier.framework.runs.SensitivityTable.Row;
import org.espalier.pruning.sensitivity.Proposal;

/**
 * A sensitivity scan as the page asks for it; the names are those of {@code report.mustache}.
 *
 * @param lead a sentence above the picture
 * @param keys of the lines
 * @param shares heads of columns
 * @param saved head of the column of MACs
 */
record SensitivityView(
    String lead,
    String measure,
    List<Key> keys,
    List<String> shares,
    String saved,
    List<Group> groups,
    Lines lines) {

  /**
   * One group.
   *
   * @param name with a mark if it is sensitive
   * @param most the largest share up to which none costs too much
   */
  record Group(
      String name, boolean sensitive, int channels, List<Cell> cells, String saved, String most) {}

  /** What remains at a share, and whether that is too little. */
  record Cell(String text, boolean low) {}

  /** What the script draws: for each share a line over the groups, in percent. */
  record Lines(
      List<String> labels, String measure, double uncut, double least, List<Line> shares) {}

  /** A share in percent, and what remains of each group's. */
  record Line(String label, int color, List<Double> values) {}

  /** A button that shows and hides a line. */
  record Key(String label, int color) {}

  private static final int FIRST_COLOR = 2;
  private static final int COLORS = 6;

  static SensitivityView of(SensitivityTable table, Proposal proposal) {
    ScanTable texts = new ScanTable(table, proposal);
    Lines lines = lines(texts, table, proposal);
    return new SensitivityView(
        texts.lead(),
        texts.measure(),
        lines.shares().stream().map(line -> new Key(line.label(), line.color())).toList(),
        table.shares().stream().map(ScanTable::share).toList(),
        texts.savedHead(),
        table.groups().stream().map(row -> group(texts, row)).toList(),
        lines);
  }

  private static Group group(ScanTable texts, Row row) {
    return new Group(
        row.id(),
        texts.proposal().isSensitive(row.id()),
        row.channels(),
        row.points().stream()
            .map(point -> new Cell(texts.remains(point), texts.isLow(point)))
            .toList(),
        texts.saved(row),
        texts.most(row));
  }

  private static Lines lines(ScanTable texts, SensitivityTable table, Proposal proposal) {
    double uncut = 100 * table.uncut().value();
    List<Line> lines =
        IntStream.range(0, table.shares().size())
            .mapToObj(
                s ->
                    new Line(
                        ScanTable.share(table.shares().get(s)),
                        FIRST_COLOR + s % COLORS,
                        table.groups().stream()
                            .map(row -> 100 * row.points().get(s).score().value())
                            .toList()))
            .toList();
    return new Lines(
        table.groups().stream().map(Row::id).toList(),
        texts.measure().substring(0, 1).toUpperCase(Locale.ROOT) + texts.measure().substring(1),
        uncut,
        Math.max(0, uncut - proposal.drop()),
        lines);
  }
}
