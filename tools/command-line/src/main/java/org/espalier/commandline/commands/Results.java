package org.espalier.commandline.commands;

import org.espalier.commandline.cli.Console;
import org.espalier.pruning.comparison.ComparisonResult;
import org.espalier.report.ComparisonTable;
import org.espalier.report.PublishedTable;

/** The table and the sentences of a finished comparison. */
final class Results {
  private Results() {}

  static void show(Console console, ComparisonResult result) {
    console.tell("");
    console.print(ComparisonTable.of(result.summary(), Terminal.CHARSET));
    if (!result.scaled().isEmpty()) {
      console.tell(result.scale());
    }
    if (result.published() != null) {
      console.tell("");
      console.print(
          PublishedTable.of(result.summary(), result.published()).render(Terminal.CHARSET));
    }
    console.tell("");
    result.reading().forEach(console::tell);
  }
}
