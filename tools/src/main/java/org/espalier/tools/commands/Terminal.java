package org.espalier.tools.commands;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.espalier.tools.cli.Console;
import org.espalier.tools.report.TextTable;

/** Tables on the console. */
final class Terminal {
  /** What the console writes, whatever the locale says. */
  static final Charset CHARSET = StandardCharsets.UTF_8;

  private Terminal() {}

  static void table(Console console, TextTable table) {
    console.human().print(table.render(CHARSET));
  }
}
