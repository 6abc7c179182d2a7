package org.espalier.commandline.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * How wide the terminal is. Java does not know; {@code stty} does, wherever there are terminals.
 */
final class TerminalWidth {
  private static final int USUAL = 80;
  private static final long PATIENCE_SECONDS = 1;

  private TerminalWidth() {}

  /** Columns of the terminal of this process, as they are now. */
  static int columns() {
    return columns(asked(), System.getenv());
  }

  /**
   * @param asked what {@code stty size} says: rows and columns
   */
  static int columns(String asked, Map<String, String> environment) {
    String[] size = asked.strip().split(" ", -1);
    return number(size.length == 2 ? size[1] : "")
        .orElseGet(() -> number(environment.getOrDefault("COLUMNS", "")).orElse(USUAL));
  }

  /** A terminal that knows nothing says 0. */
  private static OptionalInt number(String text) {
    return text.matches("[1-9]\\d{0,3}")
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }

  private static String asked() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!stty.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        stty.destroyForcibly();
        return "";
      }
      return new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return ""; // no such program, or no terminal
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
