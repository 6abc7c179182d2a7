package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.Map;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.report.ReportFolder;
import org.espalier.report.ReportWriter;
import picocli.CommandLine;

@CommandLine.Command(
    name = "report",
    description = "Write the report page of a run or a comparison, report.html, into its folder.")
final class ReportCommand implements Command {
  @CommandLine.Parameters(paramLabel = "DIR", description = "The folder of a run or comparison.")
  Path folder;

  @Inject
  ReportCommand() {}

  @Override
  public Group group() {
    return Group.UPKEEP;
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public boolean needsTensorFlow() {
    return false;
  }

  @Override
  public void run(Invocation in) {
    Path page = ReportWriter.write(ReportFolder.read(folder), folder.resolve("report.html"));
    in.console().say("report: " + page);
    in.console().result(Map.of("report", page.toString()));
  }
}
