package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.espalier.Espalier;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.data.sources.Subset;
import org.espalier.framework.experiments.Given;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.runs.RunFolder;
import org.espalier.graphs.settings.Setting;
import org.espalier.pruning.Prune;
import org.espalier.pruning.PruneSpec;
import org.espalier.savedmodels.SavedModelExporter;
import picocli.CommandLine;

@CommandLine.Command(
    name = "prune",
    description = {
      "Remove channels from a trained network: a run's, or any SavedModel or frozen graph. Proves that the"
          + " smaller network computes what the network with those channels masked computes. Writes"
          + " it with its weights and cut.json and, with --export, as a SavedModel. Tells accuracy before"
          + " and after if a data set is given. Give one of --preset, --ratio, --target-macs and"
          + " --target-parameters, or --ratios. The same command again finds it done."
    })
final class PruneCommand implements Command {
  @CommandLine.Parameters(
      paramLabel = "MODEL",
      description = "The folder of a run or model, a SavedModel folder or a frozen .pb.")
  String model;

  /** What is done, and where to. */
  record PruneSettings(
      @Setting(value = "", inline = true) PruneSpec how,
      @Setting(value = "Folder to write the pruned model to.", identity = false) Path out,
      @Setting(
              value = "Also write a SavedModel in TensorFlow Serving layout below this folder.",
              identity = false)
          Optional<Path> export) {}

  private final Espalier espalier;

  @Inject
  PruneCommand(Espalier espalier) {
    this.espalier = espalier;
  }

  @Override
  public Group group() {
    return Group.TRAINING;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(PruneSettings.class, MachineSettings.class, ReadOptions.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    PruneSettings s = in.settings(PruneSettings.class);
    if (s.how().measured().dataset().isEmpty()) {
      in.refuse(Subset.class, "says nothing without a data set; give dataset");
    }
    RunFolder.checkFree(s.out());
    s.export().ifPresent(SavedModelExporter::checkBase);
    Espalier there =
        espalier
            .machine(in.settings(MachineSettings.class).machine())
            .watcher(new ConsoleWatcher(in));
    Given given = there.given(Path.of(model), in.settings(ReadOptions.class));
    PruneSpec how =
        s.how()
            .measured()
            .spec()
            .map(images -> s.how().measuredOn(there.fitting(images, given)))
            .orElse(s.how());
    there.run(new Prune(given, how), s.out());
    PrunedFile pruned = PrunedFile.find(s.out()).orElseThrow();
    Optional<Path> exported = s.export().map(to -> Exports.once(there, s.out(), to));
    PruneReport.print(in.console(), s.out(), pruned, exported);
    Exports.tellLeftOut(in, Path.of(model));
  }
}
