package org.espalier.commandline.cli;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Progress with rate and time left. On a terminal one line that changes; elsewhere a line at most
 * every ten seconds, so that a log stays readable.
 */
public final class Progress implements AutoCloseable {
  private static final int TERMINAL_MILLIS = 250;
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);

  private final ProgressBar bar;
  private final ProgressLine line;

  private Progress(ProgressBar bar, ProgressLine line) {
    this.bar = bar;
    this.line = line;
  }

  static Progress start(Console console, String task, String unit, long total) {
    DecimalFormat rate =
        new DecimalFormat("#,##0.0", DecimalFormatSymbols.getInstance(Locale.ROOT));
    ProgressLine line =
        new ProgressLine(
            console.human(), console.terminal() ? Duration.ZERO : LOG_INTERVAL, System::nanoTime);
    return new Progress(
        ProgressBar.builder()
            .setTaskName(task)
            .setUnit(" " + unit, 1)
            .setInitialMax(total)
            .setStyle(console.terminal() ? ProgressBarStyle.UNICODE_BLOCK : ProgressBarStyle.ASCII)
            .showSpeed(rate)
            .setUpdateIntervalMillis(TERMINAL_MILLIS)
            .setConsumer(line)
            .build(),
        line);
  }

  /** So many more are done. */
  public void step(long count) {
    bar.stepBy(count);
  }

  /** So many are done in all. */
  public void stepTo(long count) {
    bar.stepTo(count);
  }

  /** A few words behind the bar, for example the loss. */
  public void note(String words) {
    bar.setExtraMessage(words);
  }

  /** Shows the last state and ends the line. */
  @Override
  public void close() {
    bar.close();
    line.close();
  }
}
