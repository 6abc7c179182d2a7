package org.espalier.tools.commands;

import java.nio.file.Path;
import org.espalier.pruning.comparison.ComparisonResult;
import org.espalier.tools.cli.Console;
import org.espalier.tools.report.ComparisonTable;
import org.espalier.tools.report.Report;
import org.espalier.tools.report.ReportFolder;
import org.espalier.tools.report.ReportWriter;

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
