package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.Espalier;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.training.Evaluator;
import org.espalier.graphs.Model;
import picocli.CommandLine;

@CommandLine.Command(
    name = "evaluate",
    description = "Accuracy and loss of a trained network on the test images of a data set.")
final class EvaluateCommand implements Command {
  @CommandLine.Parameters(
      paramLabel = "MODEL",
      description = "The folder of a run or model, a SavedModel folder or a frozen .pb.")
  String model;

  private final Espalier espalier;

  @Inject
  EvaluateCommand(Espalier espalier) {
    this.espalier = espalier;
  }

  @Override
  public Group group() {
    return Group.TRAINING;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(DataSpec.class, MachineSettings.class, ReadOptions.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    Dataset data = espalier.dataset(in.settings(DataSpec.class));
    Model loaded = espalier.read(Path.of(model), in.settings(ReadOptions.class));
    Evaluator.Score score =
        espalier.machine(in.settings(MachineSettings.class).machine()).evaluate(loaded, data);
    in.console()
        .say(
            String.format(
                Locale.ROOT,
                "%.2f %% of %,d test images of %s right, mean cross-entropy %.4f",
                100 * score.accuracy(),
                score.images(),
                data.name(),
                score.loss()));
    in.console()
        .result(
            Map.of(
                "accuracy", score.accuracy(),
                "loss", score.loss(),
                "images", score.images(),
                "dataset", data.name()));
  }
}
