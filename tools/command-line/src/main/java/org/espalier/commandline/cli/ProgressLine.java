package org.espalier.commandline.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import me.tongfei.progressbar.ProgressBarConsumer;

/**
 * Prints what the progress bar draws. Ours rather than the library's, which opens a terminal of its
 * own to ask for its width, with native code and warnings.
 */
final class ProgressLine implements ProgressBarConsumer {
  /** What the library writes in the place of a speed, in the first second. */
  private static final Pattern UNKNOWN_SPEED = Pattern.compile(" \\? \\S+/s");

  private static final int WIDTH = 99;

  private final PrintStream out;
  private final long intervalNanos;
  private final LongSupplier clock;
  private long last;
  private String latest = "";
  private String printed = "";
  private boolean closed;

  /**
   * @param interval least time between two lines; zero redraws one line in place
   * @param clock nanoseconds
   */
  ProgressLine(PrintStream out, Duration interval, LongSupplier clock) {
    this.out = out;
    this.intervalNanos = interval.toNanos();
    this.clock = clock;
    this.last = clock.getAsLong();
  }

  private boolean inPlace() {
    return intervalNanos == 0;
  }

  @Override
  public int getMaxRenderedLength() {
    return width();
  }

  private static int width() {
    String columns = System.getenv().getOrDefault("COLUMNS", "");
    return columns.matches("[1-9]\\d{1,3}") ? Integer.parseInt(columns) - 1 : WIDTH;
  }

  @Override
  public synchronized void accept(String line) {
    if (closed) {
      return;
    }
    latest = UNKNOWN_SPEED.matcher(line).replaceFirst("").stripTrailing();
    if (inPlace()) {
      out.print("\r" + latest + "\u001b[K");
      out.flush();
    } else if (clock.getAsLong() - last >= intervalNanos) {
      last = clock.getAsLong();
      print();
    }
  }

  private void print() {
    out.println(latest);
    printed = latest;
  }

  /** Ends the line, once: the library forgets to if it is closed within its first milliseconds. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (inPlace()) {
      out.println();
    } else if (!latest.equals(printed)) {
      print();
    }
    out.flush();
  }
}
