package org.espalier.commandline.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Progress for those who read it later: news, not too often, and how it ended. */
final class ProgressLog extends Progress {
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final PrintStream out;
  private final String task;
  private final String unit;
  private final long total;
  private final LongSupplier clock;
  private long last;
  private long done;
  private String news = "";
  private boolean told = true;

  /**
   * @param clock nanoseconds
   */
  ProgressLog(PrintStream out, String task, String unit, long total, LongSupplier clock) {
    this.out = out;
    this.task = task;
    this.unit = unit;
    this.total = total;
    this.clock = clock;
    this.last = clock.getAsLong();
  }

  @Override
  public synchronized void step(long count) {
    done += count;
  }

  @Override
  public synchronized void stepTo(long count) {
    done = count;
  }

  @Override
  public synchronized void note(String words) {
    news = words.strip();
    told = false;
    if (clock.getAsLong() - last >= INTERVAL.toNanos()) {
      tell();
    }
  }

  private void tell() {
    out.println(task + ": " + news);
    last = clock.getAsLong();
    told = true;
  }

  @Override
  public synchronized void close() {
    if (news.isEmpty()) {
      news = done + "/" + total + " " + unit;
      told = false;
    }
    if (!told) {
      tell();
    }
  }
}
