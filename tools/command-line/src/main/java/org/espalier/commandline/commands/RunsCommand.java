package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.experiments.StoredRun;
import org.espalier.report.Numbers;
import org.espalier.report.TextTable;
import picocli.CommandLine;

@CommandLine.Command(
    name = "runs",
    description = {
      "List the runs of a store, or of a folder with runs: what each did, whether it is done, running"
          + " or only begun, and its accuracy. Those that changed last come last."
    })
final class RunsCommand implements Command {
  @CommandLine.Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      defaultValue = ".",
      description =
          "A store, whose folder 'runs' holds the runs, or a folder that holds some; default: this"
              + " one.")
  Path folder;

  @Inject
  RunsCommand() {}

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
    List<StoredRun> runs = StoredRun.in(folder);
    if (runs.isEmpty()) {
      in.console().say("there are no runs in " + folder);
    } else {
      Terminal.table(in.console(), table(runs));
    }
    in.console().result(runs);
  }

  private static TextTable table(List<StoredRun> runs) {
    TextTable table =
        new TextTable("run", "state", "epochs", "accuracy", "changed", "what")
            .withWholeNames()
            .endingInText();
    for (StoredRun run : runs) {
      table.row(
          run.name(),
          run.state().name().toLowerCase(Locale.ROOT),
          run.epochs() == null ? Numbers.NONE : run.epochs().toString(),
          run.accuracy() == null
              ? Numbers.NONE
              : String.format(Locale.ROOT, "%.2f %%", 100 * run.accuracy()),
          run.changed(),
          Optional.ofNullable(run.problem()).orElseGet(() -> what(run)));
    }
    return table;
  }

  private static String what(StoredRun run) {
    return run.task()
        + (run.network() == null ? "" : " " + run.network())
        + (run.dataset() == null ? "" : " on " + run.dataset());
  }
}
