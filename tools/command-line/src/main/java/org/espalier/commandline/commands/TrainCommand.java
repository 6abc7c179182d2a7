package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.sources.Datasets;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.runs.TrainingRun;
import org.espalier.framework.settings.Setting;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.TrainingJob;
import org.espalier.graphs.Network;
import org.espalier.graphs.architectures.Architectures;
import picocli.CommandLine;

@CommandLine.Command(
    name = "train",
    description = {
      "Train a network from fresh weights into a run folder. Started again with the same settings, it "
          + "takes an unfinished run up where it stopped."
    })
final class TrainCommand implements Command {
  /** What the run is; its non-default values make the run's hash. */
  record TrainSettings(
      @Setting("Name of the architecture; 'espalier architectures' lists them.")
          String architecture,
      @Setting(value = "", inline = true) NetworkSettings network,
      @Setting(value = "", inline = true) DataSettings images,
      @Setting(value = "", inline = true) Recipe optimisation,
      @Setting(
              value = "Seed of initial weights, order of images and augmentation.",
              defaultValue = "1")
          long seed) {}

  private final Architectures architectures;
  private final Datasets datasets;
  private final TrainingRun runs;

  @Inject
  TrainCommand(Architectures architectures, Datasets datasets, TrainingRun runs) {
    this.architectures = architectures;
    this.datasets = datasets;
    this.runs = runs;
  }

  @Override
  public Group group() {
    return Group.TRAINING;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(TrainSettings.class, RecipeChoice.class, ExecutionSettings.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    TrainSettings s = RecipeChoice.settings(in, TrainSettings.class);
    ExecutionSettings execution = in.settings(ExecutionSettings.class);
    architectures.get(s.architecture()); // a name that is wrong is told before data are looked for
    Dataset data = s.images().load(datasets);
    Network network = s.network().build(architectures, s.architecture(), data);
    TrainingJob job =
        new TrainingJob(
            network,
            network.initialise(s.seed()),
            s.optimisation(),
            data,
            s.seed(),
            execution.machine());
    Path out =
        execution
            .out()
            .orElse(
                Path.of(
                    "runs",
                    s.architecture() + "-" + s.images().dataset() + "-" + Settings.hash(s)));
    Map<String, Object> identity = new LinkedHashMap<>(Settings.canonical(s));
    RunSummary summary =
        runs.run(
            out,
            job,
            identity,
            Optional.empty(),
            List.of(new ProgressHook(in.console(), s.architecture(), job)));
    RunReport.print(in.console(), out, summary, data);
  }
}
