package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.Espalier;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.experiments.Arm;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.settings.SettingsSource;
import org.espalier.framework.training.Step;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.graphs.settings.Setting;
import org.espalier.pruning.comparison.Comparison;
import org.espalier.pruning.comparison.ComparisonResult;
import picocli.CommandLine;

@CommandLine.Command(
    name = "compare",
    description = {
      "Run a whole comparison: unpruned, pruned, fine-tuned, Scratch-E and Scratch-B, for every seed,"
          + " method and amount. Started again, it goes on where it stopped; what another comparison in"
          + " the same store has done is not done again. A name or file gives the settings; options"
          + " override them."
    })
final class CompareCommand implements Command {
  @CommandLine.Parameters(
      paramLabel = "NAME|FILE.yaml",
      description =
          "A comparison of the paper by name, or your own as a file. Names: ${COMPLETION-CANDIDATES}",
      completionCandidates = NamedComparisons.Names.class)
  String comparison;

  /** How the plan is run. */
  record PlanSettings(
      @Setting(value = "", inline = true) MachineSettings sessions,
      @Setting(
              value =
                  "Folder of the results; default: one named after the settings, in the folder"
                      + " 'comparisons' of the store.",
              identity = false)
          Optional<Path> out,
      @Setting(
              value =
                  "Folder whose folder 'runs' holds the runs; default: that of --out, else the current"
                      + " one.",
              identity = false)
          Optional<Path> store,
      @Setting(
              value = "When a training keeps its state, such as 1ep or 500it; changes no result.",
              defaultValue = "1ep",
              identity = false)
          Step checkpointEvery,
      @Setting(
              value = "Processes that make the runs; they share the threads.",
              defaultValue = "1",
              identity = false)
          int jobs,
      @Setting(
              value =
                  "Print the runs, which are done, epochs and estimated time, and do nothing else.",
              defaultValue = "false",
              identity = false)
          boolean dryRun) {}

  private static final Set<String> AMOUNTS =
      Set.of("preset", "ratio", "ratios", "target-macs", "target-parameters");

  private final Espalier espalier;
  private final Architectures architectures;

  @Inject
  CompareCommand(Espalier espalier, Architectures architectures) {
    this.espalier = espalier;
    this.architectures = architectures;
  }

  @Override
  public Group group() {
    return Group.COMPARISON;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(Comparison.class, PlanSettings.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    Comparison what = in.settings(Comparison.class, beneath(in));
    PlanSettings how = in.settings(PlanSettings.class, beneath(in));
    String name = NamedComparisons.shortName(comparison);
    architectures.get(what.network().architecture()); // before data are looked for
    Plan plan = what.plan(name);
    Path store = how.store().orElse(how.out().orElse(Path.of(".")));
    Path out =
        how.out().orElse(store.resolve("comparisons").resolve(name + "-" + Settings.hash(what)));
    Espalier there =
        espalier
            .store(store)
            .machine(how.sessions().machine())
            .jobs(how.jobs())
            .checkpointEvery(how.checkpointEvery())
            .watcher(new ConsoleWatcher(in, titles(plan), how.jobs() > 1));
    if (how.dryRun()) {
      DryRun.print(in.console(), there.forecast(plan));
      return;
    }
    there.run(plan);
    ComparisonResult result = there.results(plan, out, "", in.again("compare", comparison));
    Path page = there.report(out);
    Results.show(in.console(), result);
    in.console().say("report: " + page);
    in.console().result(result);
  }

  /** What the name or file says; an amount among the options takes the place of its amounts. */
  private SettingsSource beneath(Invocation in) {
    SettingsSource source = NamedComparisons.source(comparison);
    return AMOUNTS.stream().anyMatch(in::gives) ? source.without(AMOUNTS) : source;
  }

  /** What to call a training: the first arm that it is for. */
  static Map<String, String> titles(Plan plan) {
    Map<String, String> titles = new HashMap<>();
    for (Arm arm : plan.arms()) {
      titles.putIfAbsent(arm.task().key(), "seed " + arm.seed() + ", " + arm.name());
    }
    return titles;
  }
}
