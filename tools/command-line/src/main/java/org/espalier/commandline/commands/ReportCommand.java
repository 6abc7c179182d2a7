package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.espalier.Espalier;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.runs.LatencyFile;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.framework.sessions.MemoryException;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.settings.Setting;
import org.espalier.report.LatencyView;
import picocli.CommandLine;

@CommandLine.Command(
    name = "report",
    description = {
      "Write the report page of a run, a pruned model or a comparison, report.html, into its folder."
          + " For a pruned model it is measured how long it takes beside the original."
    })
final class ReportCommand implements Command {
  @CommandLine.Parameters(
      paramLabel = "DIR",
      description = "The folder of a run, a pruned model or a comparison.")
  Path folder;

  /** When the latency of a pruned model is measured. */
  enum Measured {
    ONCE,
    AGAIN,
    NO
  }

  /** What is measured for the page. */
  record ReportSettings(
      @Setting(
              value =
                  "Measure how long a pruned model takes beside the original: once, for it is kept in"
                      + " the folder, again, or no.",
              defaultValue = "once",
              identity = false)
          Measured latency,
      @Setting(
              value = "Inputs at once whose latency is measured.",
              defaultValue = "1,8",
              identity = false)
          List<Integer> batches) {}

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
  public List<Class<? extends Record>> settings() {
    return List.of(ReportSettings.class, MachineSettings.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    Optional<LatencyFile> latency = latency(in, in.settings(ReportSettings.class));
    Path page = espalier.report(folder);
    latency.ifPresent(file -> tell(in, file));
    in.console().tell("report: " + page);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("report", page.toString());
    latency.ifPresent(file -> result.put("latency", file));
    in.console().result(result);
  }

  /** What was measured of a pruned model, now or before; empty for all others. */
  private Optional<LatencyFile> latency(Invocation in, ReportSettings s) {
    Espalier there = espalier.machine(in.settings(MachineSettings.class).machine());
    boolean pruned = Files.exists(folder.resolve(PrunedFile.FILE));
    Optional<LatencyFile> kept = pruned ? LatencyFile.find(folder) : Optional.empty();
    if (s.latency() == Measured.AGAIN) {
      return Optional.of(there.latency(folder, s.batches()));
    }
    if (!pruned || s.latency() == Measured.NO || kept.isPresent()) {
      String why =
          pruned
              ? "says nothing, for nothing is measured; give --latency again"
              : "is for pruned models, whose latency is measured";
      in.refuse("batches", why);
      in.refuse(MachineSettings.class, why);
      return kept;
    }
    try {
      in.console().say("measures latency, original and pruned in turn");
      return Optional.of(there.latency(folder, s.batches()));
    } catch (BadInputException | MemoryException e) {
      if (in.gives("latency")) {
        throw e;
      }
      in.console().say("latency was not measured: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static void tell(Invocation in, LatencyFile file) {
    for (LatencyView.Row row : LatencyView.of(file).rows()) {
      in.console()
          .tell(
              String.format(
                  Locale.ROOT,
                  "latency, batch %d: %s -> %s, %s (medians of %d runs of each)",
                  row.batch(),
                  row.before(),
                  row.after(),
                  row.change(),
                  row.runs()));
    }
  }
}
