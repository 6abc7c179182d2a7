package org.espalier.commandline.cli;

import java.io.PrintStream;
import java.util.function.IntSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressState;

/** Progress on a terminal: one line that is drawn anew in its place. */
final class ProgressBarLine extends Progress {
  private static final int MILLIS = 250;

  /** The width of the terminal is asked for every so many drawings, for people change it. */
  private static final int ANEW = 20;

  private final ProgressBar bar;
  private final InPlace line;

  ProgressBarLine(PrintStream out, String task, String unit, long total) {
    this(out, task, unit, total, TerminalWidth::columns);
  }

  /**
   * @param columns of the terminal
   */
  ProgressBarLine(PrintStream out, String task, String unit, long total, IntSupplier columns) {
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
    private final IntSupplier columns;
    private int room;
    private long asked;
    private boolean closed;

    InPlace(PrintStream out, IntSupplier columns) {
      this.out = out;
      this.columns = columns;
    }

    /** In the last column a terminal would begin a new line. */
    @Override
    public synchronized int getMaxRenderedLength() {
      if (asked++ % ANEW == 0) {
        room = columns.getAsInt() - 1;
      }
      return room;
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
