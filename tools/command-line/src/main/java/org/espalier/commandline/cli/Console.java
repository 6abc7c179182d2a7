package org.espalier.commandline.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.espalier.framework.files.Json;

/**
 * Where a command talks: on stdout with what it was asked for, which may be kept or handed on, and
 * on stderr with progress and notes. If a script asked for it, stdout holds one JSON document and
 * nothing else.
 */
public final class Console {
  private static final int STDOUT = 1;
  private static final int STDERR = 2;

  private final PrintStream human;
  private final StandardOutput output;
  private final PrintStream results;
  private final boolean json;
  private final boolean quiet;
  private final boolean terminal;
  private final boolean colour;
  private boolean answered;

  Console(
      PrintStream human,
      StandardOutput output,
      boolean json,
      boolean quiet,
      boolean terminal,
      boolean colour) {
    this.human = human;
    this.quiet = quiet;
    this.output = output;
    this.results = output.printing();
    this.json = json;
    this.terminal = terminal;
    this.colour = colour;
  }

  /** The console of this process. */
  static Console of(PrintStream human, StandardOutput output, Map<String, String> environment) {
    boolean terminal = isTerminal(STDERR);
    boolean dumb = "dumb".equals(environment.get("TERM"));
    boolean noColour = !environment.getOrDefault("NO_COLOR", "").isEmpty();
    boolean colour = isTerminal(STDOUT) && !dumb && !noColour;
    return new Console(human, output, false, false, terminal && !dumb, colour);
  }

  /** On Linux the link says it; elsewhere Java knows only about stdin and stdout. */
  private static boolean isTerminal(int descriptor) {
    Path link = Path.of("/proc/self/fd/" + descriptor);
    try {
      if (Files.isSymbolicLink(link)) {
        String target = Files.readSymbolicLink(link).toString();
        return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
      }
    } catch (IOException e) {
      return false;
    }
    return System.console() != null;
  }

  /** The same, with JSON in the place of text or not, and with notes and progress or without. */
  Console with(boolean asJson, boolean quietly) {
    return new Console(human, output, asJson, quietly, terminal, colour);
  }

  /** A note for a person, which is not what was asked for. */
  public void say(String line) {
    if (quiet) {
      return;
    }
    // Takes the place of a progress bar, which then draws itself anew below.
    human.println(terminal ? "\r\u001b[K" + line : line);
  }

  /** The stream for people, for what is more than lines. */
  PrintStream human() {
    return quiet
        ? new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)
        : human;
  }

  /** Whether the result is wanted as JSON. */
  public boolean json() {
    return json;
  }

  /** Whether a person watches stderr on a terminal. */
  public boolean terminal() {
    return terminal;
  }

  /** Whether colours are welcome on stdout: on a terminal, unless NO_COLOR is set. */
  boolean colour() {
    return colour;
  }

  /**
   * Prints what a command is for, for people who may keep it or hand it on: on stdout, unless that
   * is to hold one JSON document and nothing else.
   */
  public void print(String text) {
    if (!json) {
      results.print(text);
      results.flush();
      output.check();
    }
  }

  /** The same, a line. */
  public void tell(String line) {
    print(line + "\n");
  }

  /**
   * Gives the result of the command, once. Printed only with {@code --json}; people are told with
   * {@link #tell}.
   *
   * @param result records, lists, maps
   */
  public void result(Object result) {
    if (answered) {
      throw new IllegalStateException("a command gives one result, this is the second");
    }
    answered = true;
    if (json) {
      results.print(new String(Json.sorted(result), StandardCharsets.UTF_8) + "\n");
      results.flush();
      output.check();
    }
  }

  /** Whether a result was given. */
  boolean answered() {
    return answered;
  }

  /**
   * Starts to show progress.
   *
   * @param task what is done, in a word or two
   * @param unit what is counted, for example "images"
   * @param total how many there are
   */
  public Progress progress(String task, String unit, long total) {
    return Progress.start(this, task, unit, total);
  }

  /** Starts to tell how one of many things goes on that are done at once: in lines, everywhere. */
  public Progress news(String task, String unit, long total) {
    return new ProgressLog(human(), task, unit, total, System::nanoTime);
  }
}
