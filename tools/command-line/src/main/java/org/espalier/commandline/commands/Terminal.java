package org.espalier.commandline.commands;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.espalier.commandline.cli.Console;
import org.espalier.report.TextTable;

/** Tables on the console. */
final class Terminal {
  /** What the console writes, whatever the locale says. */
  static final Charset CHARSET = StandardCharsets.UTF_8;

  private Terminal() {}

  static void table(Console console, TextTable table) {
    console.print(table.render(CHARSET));
  }
}
