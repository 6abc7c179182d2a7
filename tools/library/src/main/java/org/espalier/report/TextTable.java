package org.espalier.report;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;

/**
 * A plain table for the terminal: columns two blanks apart, the first one left-aligned, numbers
 * right-aligned, no box. The first column gives way where the table would be too wide.
 */
public final class TextTable {
  /** Fits a terminal, a commit message and an issue. */
  public static final int WIDTH = 100;

  private static final String GAP = "  ";
  private static final int LEAST_FIRST_COLUMN = 24;

  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();
  private boolean endsInText;
  private boolean namesAreWhole;

  public TextTable(String... header) {
    this.header = List.of(header);
  }

  /** The last column holds sentences: left-aligned, and as long as they are. */
  public TextTable endingInText() {
    endsInText = true;
    return this;
  }

  /** The first column holds names that are typed or copied: they stay as they are. */
  public TextTable withWholeNames() {
    namesAreWhole = true;
    return this;
  }

  /** Adds a row of as many cells as the header has. */
  public TextTable row(String... cells) {
    if (cells.length != header.size()) {
      throw new IllegalArgumentException(
          "a row of " + cells.length + " cells in a table of " + header.size() + " columns");
    }
    rows.add(List.of(cells));
    return this;
  }

  List<String> header() {
    return header;
  }

  List<List<String>> cells() {
    return List.copyOf(rows);
  }

  /**
   * The table, each line ended by a line feed and at most {@link #WIDTH} long if the numbers and 24
   * columns for names allow.
   *
   * @param charset what the terminal can show; signs outside it are written in ASCII
   */
  public String render(Charset charset) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(header.stream().map(cell -> typed(cell, charset)).toList());
    rows.forEach(row -> lines.add(row.stream().map(cell -> typed(cell, charset)).toList()));
    int[] widths = widths(lines);
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line(line, widths)).append('\n'));
    return text.toString();
  }

  private int[] widths(List<List<String>> lines) {
    int[] widths = new int[header.size()];
    int total = GAP.length() * (widths.length - 1);
    for (int i = 0; i < widths.length; i++) {
      int column = i;
      widths[i] = lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
      total += endsInText && i == widths.length - 1 ? 0 : widths[i];
    }
    int tooWide = namesAreWhole ? 0 : Math.max(0, total - WIDTH);
    widths[0] = Math.max(Math.min(widths[0], LEAST_FIRST_COLUMN), widths[0] - tooWide);
    return widths;
  }

  private String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = shortened(cells.get(i), widths[i]);
      String blanks = " ".repeat(widths[i] - cell.length());
      boolean text = endsInText && i == widths.length - 1;
      line.append(i == 0 ? cell + blanks : GAP + (text ? cell : blanks + cell));
    }
    return line.toString().stripTrailing();
  }

  private static String shortened(String cell, int width) {
    if (cell.length() <= width) {
      return cell;
    }
    int end = width * 2 / 3; // arms of one method differ at the end
    return cell.substring(0, width - 2 - end) + ".." + cell.substring(cell.length() - end);
  }

  private static String typed(String cell, Charset charset) {
    if (charset.newEncoder().canEncode(cell)) {
      return cell;
    }
    return cell.replace("±", "+/-").replace('−', '-').replace('–', '-').replace('×', 'x');
  }
}
