package org.espalier.commandline.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.espalier.framework.files.Json;

/**
 * Where a command talks: to a person on stderr, and on stdout with what may be kept or handed on;
 * if a script asked for it, stdout holds one JSON document and nothing else.
 */
public final class Console {
  private final PrintStream human;
  private final PrintStream results;
  private final boolean json;
  private final boolean terminal;
  private final boolean colour;
  private boolean answered;

  Console(PrintStream human, PrintStream results, boolean json, boolean terminal, boolean colour) {
    this.human = human;
    this.results = results;
    this.json = json;
    this.terminal = terminal;
    this.colour = colour;
  }

  /** The console of this process. */
  static Console of(PrintStream human, PrintStream results, Map<String, String> environment) {
    boolean terminal = stderrIsTerminal();
    boolean dumb = "dumb".equals(environment.get("TERM"));
    boolean noColour = !environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Console(human, results, false, terminal && !dumb, terminal && !dumb && !noColour);
  }

  /** On Linux the link says it; elsewhere Java knows only about stdin and stdout. */
  private static boolean stderrIsTerminal() {
    Path link = Path.of("/proc/self/fd/2");
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

  Console withJson(boolean wanted) {
    return new Console(human, results, wanted, terminal, colour);
  }

  /** A line for a person. */
  public void say(String line) {
    // Takes the place of a progress bar, which then draws itself anew below.
    human.println(terminal ? "\r\u001b[K" + line : line);
  }

  /** The stream for people, for what is more than lines. */
  public PrintStream human() {
    return human;
  }

  /** Whether the result is wanted as JSON. */
  public boolean json() {
    return json;
  }

  /** Whether a person watches stderr on a terminal. */
  public boolean terminal() {
    return terminal;
  }

  /** Whether colours are welcome: on a terminal, unless NO_COLOR is set. */
  public boolean colour() {
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
    }
  }

  /**
   * Gives the result of the command, once. Printed only with {@code --json}; people are told with
   * {@link #say}.
   *
   * @param result records, lists, maps
   */
  public void result(Object result) {
    if (answered) {
      throw new IllegalStateException("a command gives one result, this is the second");
    }
    answered = true;
    if (json) {
      results.println(new String(Json.sorted(result), StandardCharsets.UTF_8));
      results.flush();
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
}
