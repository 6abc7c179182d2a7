package org.espalier.commandline.cli;

/**
 * How far something is. On a terminal one line that changes and fits; elsewhere, in a log or a
 * pipe, a plain line where there is news, at most every ten seconds, and one at the end.
 */
public abstract class Progress implements AutoCloseable {
  Progress() {}

  static Progress start(Console console, String task, String unit, long total) {
    return console.terminal()
        ? new ProgressBarLine(console.human(), task, unit, total)
        : new ProgressLog(console.human(), task, unit, total, System::nanoTime);
  }

  /** So many more are done. */
  public abstract void step(long count);

  /** So many are done in all. */
  public abstract void stepTo(long count);

  /** News in a few words, for example the accuracy after an epoch. */
  public abstract void note(String words);

  /** Shows the last state and ends the line. */
  @Override
  public abstract void close();
}
