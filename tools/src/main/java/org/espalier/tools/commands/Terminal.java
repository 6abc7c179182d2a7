package org.espalier.tools.commands;

import java.nio.charset.Charset;
import org.espalier.tools.cli.Console;
import org.espalier.tools.report.TextTable;

/** Tables on the console. */
final class Terminal {
  private Terminal() {}

  static void table(Console console, TextTable table) {
    console.human().print(table.render(charset(console)));
  }

  static Charset charset(Console console) {
    return console.human().charset();
  }
}
