package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.Map;
import org.espalier.Espalier;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import picocli.CommandLine;

@CommandLine.Command(
    name = "report",
    description = "Write the report page of a run or a comparison, report.html, into its folder.")
final class ReportCommand implements Command {
  @CommandLine.Parameters(paramLabel = "DIR", description = "The folder of a run or comparison.")
  Path folder;

  private final Espalier espalier;

  @Inject
  ReportCommand(Espalier espalier) {
    this.espalier = espalier;
  }

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
    Path page = espalier.report(folder);
    in.console().tell("report: " + page);
    in.console().result(Map.of("report", page.toString()));
  }
}
