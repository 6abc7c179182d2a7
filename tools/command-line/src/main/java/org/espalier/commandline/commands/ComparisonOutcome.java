package org.espalier.commandline.commands;

import java.nio.file.Path;
import org.espalier.commandline.cli.Console;
import org.espalier.pruning.comparison.ComparisonResult;
import org.espalier.report.ComparisonTable;
import org.espalier.report.Report;
import org.espalier.report.ReportFolder;
import org.espalier.report.ReportWriter;

/** The table, the sentences and the report page of a finished comparison. */
final class ComparisonOutcome {
  private ComparisonOutcome() {}

  static Path show(Console console, Path folder, ComparisonResult result) {
    Report report = ReportFolder.read(folder);
    Path page = ReportWriter.write(report, folder.resolve("report.html"));
    console.say("");
    console.human().print(ComparisonTable.of(report.summary(), Terminal.CHARSET));
    console.say("");
    result.reading().forEach(console::say);
    return page;
  }
}
