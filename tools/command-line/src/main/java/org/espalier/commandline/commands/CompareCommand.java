package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.sources.Datasets;
import org.espalier.framework.settings.Setting;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.settings.SettingsSource;
import org.espalier.framework.training.Budget;
import org.espalier.framework.training.FineTuning;
import org.espalier.framework.training.Recipe;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.pruning.PruningMethods;
import org.espalier.pruning.comparison.Comparison;
import org.espalier.pruning.comparison.ComparisonPlan;
import org.espalier.pruning.comparison.ComparisonResult;
import picocli.CommandLine;

@CommandLine.Command(
    name = "compare",
    description = {
      "Run a whole comparison: unpruned, pruned, fine-tuned, Scratch-E and Scratch-B, for every seed."
          + " Started again, it goes on where it stopped. A name or file gives the settings; options"
          + " override them."
    })
final class CompareCommand implements Command {
  @CommandLine.Parameters(
      paramLabel = "NAME|FILE.yaml",
      description =
          "A comparison of the paper by name, or your own as a file. Names: ${COMPLETION-CANDIDATES}",
      completionCandidates = NamedComparisons.Names.class)
  String comparison;

  /** What a comparison is. */
  record CompareSettings(
      @Setting("Name of the architecture; 'espalier architectures' lists them.")
          String architecture,
      @Setting(value = "", inline = true) NetworkSettings network,
      @Setting(value = "", inline = true) DataSettings images,
      @Setting(value = "", inline = true) Recipe optimisation,
      @Setting(value = "", inline = true) FineTuning fineTuning,
      @Setting(value = "", inline = true) PruningOptions pruning,
      @Setting(
              "Scratch-B gets at most this many times the epochs of Scratch-E (2 on ImageNet in the paper);"
                  + " default: no limit.")
          Optional<Double> cap,
      @Setting(value = "Seeds; every arm is run once for each.", defaultValue = "1,2,3,4,5")
          List<Long> seeds) {
    CompareSettings {
      Budget.checkCap(cap);
      ComparisonPlan.checkSeeds(seeds);
    }
  }

  private final Architectures architectures;
  private final Datasets datasets;
  private final PruningMethods methods;
  private final Comparison runner;

  @Inject
  CompareCommand(
      Architectures architectures, Datasets datasets, PruningMethods methods, Comparison runner) {
    this.architectures = architectures;
    this.datasets = datasets;
    this.methods = methods;
    this.runner = runner;
  }

  @Override
  public Group group() {
    return Group.COMPARISON;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(CompareSettings.class, ExecutionSettings.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    SettingsSource base = NamedComparisons.source(comparison);
    CompareSettings s = in.settings(CompareSettings.class, base);
    ExecutionSettings execution = in.settings(ExecutionSettings.class);
    String name = NamedComparisons.shortName(comparison);
    Path out = execution.out().orElse(Path.of("runs", "compare-" + name + "-" + Settings.hash(s)));
    architectures.get(s.architecture()); // a name that is wrong is told before data are looked for
    var method = methods.structured(s.pruning().method());
    var pruning = s.pruning().settings(1);
    Dataset data = s.images().load(datasets);
    ComparisonPlan plan =
        new ComparisonPlan(
            name,
            s.network().build(architectures, s.architecture(), data),
            data,
            s.optimisation(),
            s.fineTuning(),
            s.cap(),
            method,
            pruning,
            s.seeds(),
            execution.machine(),
            scale(s, data),
            again(in));
    ComparisonResult result = runner.run(plan, out, new ConsoleWatcher(in.console()));
    Path page = ComparisonOutcome.show(in.console(), out, result);
    in.console().say("report: " + page);
    in.console().result(result);
  }

  /** The command line that runs this again. */
  private String again(Invocation in) {
    StringBuilder line = new StringBuilder("espalier compare ").append(comparison);
    in.flags()
        .forEach(
            (name, value) -> {
              boolean off = Boolean.FALSE.equals(value);
              line.append(off ? " --no-" : " --").append(name);
              if (!(value instanceof Boolean)) {
                line.append(' ').append(value);
              }
            });
    in.file().ifPresent(file -> line.append(" --settings ").append(file));
    return line.toString();
  }

  private static String scale(CompareSettings s, Dataset data) {
    return "%s at width %s, %d epochs on %,d images of %s"
        .formatted(
            s.architecture(),
            s.network().width(),
            s.optimisation().epochs(),
            data.train().size(),
            data.name());
  }
}
