package org.espalier.commandline.cli;

import java.time.Duration;
import java.util.Locale;

/**
 * A line that says how far something is, as much of it as fits.
 *
 * @param done of {@code total}
 * @param note news; may be empty
 */
record ProgressText(
    String task, String unit, long done, long total, Duration elapsed, String note) {
  private static final int LEAST_TITLE = 10;
  private static final int LEAST_BAR = 10;
  private static final int LARGEST_BAR = 30;
  private static final double NANOS = 1e9;

  /** The line, of at most so many columns: what matters least is left out first. */
  String fitting(int columns) {
    int most = Math.max(LEAST_TITLE, columns * 2 / 5);
    String head = String.format(Locale.ROOT, "%s %3d%%", shortened(printable(task), most), share());
    String[] parts = {count(), speed(), left(), printable(note).strip()};
    int[] leastFirst = {1, 0, 3, 2};
    for (int i = 0; i < leastFirst.length && width(line(head, "", parts)) > columns; i++) {
      parts[leastFirst[i]] = "";
    }
    int room = Math.min(LARGEST_BAR, columns - width(line(head, "", parts)) - 1);
    return shortened(line(head, room < LEAST_BAR ? "" : bar(room), parts), columns);
  }

  private static String line(String head, String bar, String[] parts) {
    StringBuilder line = new StringBuilder(head);
    line.append(bar.isEmpty() ? "" : " " + bar);
    String gap = " ";
    for (String part : parts) {
      if (!part.isEmpty()) {
        line.append(gap).append(part);
        gap = ", ";
      }
    }
    return line.toString();
  }

  private long share() {
    return total <= 0 ? 0 : Math.min(100, 100 * done / total);
  }

  private String count() {
    return done + "/" + total + " " + unit;
  }

  private double perSecond() {
    return elapsed.toSeconds() == 0 ? 0 : done * NANOS / elapsed.toNanos();
  }

  /** Nothing as long as it is not known. */
  private String speed() {
    double speed = perSecond();
    return speed == 0 ? "" : String.format(Locale.ROOT, "%,.1f %s/s", speed, unit);
  }

  private String left() {
    double speed = perSecond();
    if (speed == 0 || done >= total) {
      return "";
    }
    long seconds = (long) Math.ceil((total - done) / speed);
    return String.format(
        Locale.ROOT, "%d:%02d:%02d left", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  private String bar(int room) {
    int inside = room - 2;
    int filled = (int) (inside * share() / 100);
    return "[" + "=".repeat(filled) + " ".repeat(inside - filled) + "]";
  }

  /** Control characters would move the cursor. */
  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  /** With its middle left out if it is too long. */
  private static String shortened(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    int tail = (columns - 2) / 2;
    int end = text.length();
    while (end > 0 && width(text.substring(text.offsetByCodePoints(end, -1))) <= tail) {
      end = text.offsetByCodePoints(end, -1);
    }
    String after = text.substring(end);
    int start = 0;
    while (width(text.substring(0, text.offsetByCodePoints(start, 1))) + 2 + width(after)
        <= columns) {
      start = text.offsetByCodePoints(start, 1);
    }
    return text.substring(0, start) + ".." + after;
  }

  /** Columns on a terminal; signs of East Asia and pictures take two. */
  static int width(String text) {
    return text.codePoints().map(ProgressText::width).sum();
  }

  private static int width(int sign) {
    int type = Character.getType(sign);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    return Character.isIdeographic(sign)
            || (sign >= 0x1100 && sign <= 0x115f)
            || (sign >= 0x3000 && sign <= 0x30ff)
            || (sign >= 0xac00 && sign <= 0xd7a3)
            || (sign >= 0xff01 && sign <= 0xff60)
            || sign >= 0x1f300
        ? 2
        : 1;
  }
}
