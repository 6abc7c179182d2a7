package org.espalier.commandline.cli;

import java.io.PrintStream;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressState;

/** Progress on a terminal: one line that is drawn anew in its place. */
final class ProgressBarLine extends Progress {
  private static final int MILLIS = 250;

  private final ProgressBar bar;
  private final InPlace line;

  ProgressBarLine(PrintStream out, String task, String unit, long total) {
    this(out, task, unit, total, TerminalWidth.columns() - 1);
  }

  /**
   * @param columns that a line may have; in the last one a terminal would begin a new line
   */
  ProgressBarLine(PrintStream out, String task, String unit, long total, int columns) {
    line = new InPlace(out, columns);
    bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .setRenderer((state, width) -> text(state, unit).fitting(width))
            .setUpdateIntervalMillis(MILLIS)
            .setConsumer(line)
            .build();
  }

  private static ProgressText text(ProgressState state, String unit) {
    return new ProgressText(
        state.getTaskName(),
        unit,
        state.getCurrent(),
        state.getMax(),
        state.getElapsedAfterStart(),
        state.getExtraMessage());
  }

  @Override
  public void step(long count) {
    bar.stepBy(count);
  }

  @Override
  public void stepTo(long count) {
    bar.stepTo(count);
  }

  @Override
  public void note(String words) {
    bar.setExtraMessage(words.strip());
  }

  @Override
  public void close() {
    bar.close();
    line.close();
  }

  /**
   * Prints what the library draws. Ours rather than the library's, which opens a terminal of its
   * own to ask for its width, with native code and warnings.
   */
  static final class InPlace implements ProgressBarConsumer {
    private final PrintStream out;
    private final int columns;
    private boolean closed;

    InPlace(PrintStream out, int columns) {
      this.out = out;
      this.columns = columns;
    }

    @Override
    public int getMaxRenderedLength() {
      return columns;
    }

    @Override
    public synchronized void accept(String text) {
      if (!closed) {
        out.print("\r" + text + "\u001b[K");
        out.flush();
      }
    }

    /** Ends the line, once: the library forgets to if it is closed within its first moments. */
    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        out.println();
        out.flush();
      }
    }
  }
}
