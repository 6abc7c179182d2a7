package org.espalier.commandline.commands;

import org.espalier.commandline.cli.Console;
import org.espalier.pruning.comparison.ComparisonResult;
import org.espalier.report.ComparisonTable;
import org.espalier.report.PublishedTable;

/** The table and the sentences of a finished comparison. */
final class Results {
  private Results() {}

  static void show(Console console, ComparisonResult result) {
    console.say("");
    console.human().print(ComparisonTable.of(result.summary(), Terminal.CHARSET));
    if (!result.scaled().isEmpty()) {
      console.say(result.scale());
    }
    if (result.published() != null) {
      console.say("");
      console
          .human()
          .print(PublishedTable.of(result.summary(), result.published()).render(Terminal.CHARSET));
    }
    console.say("");
    result.reading().forEach(console::say);
  }
}
