package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.espalier.Espalier;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.Scaling;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.experiments.Given;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.training.Evaluator;
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
    in.refuse("train-images", "says nothing about an evaluation, which is on the test images");
    Espalier there =
        espalier
            .machine(in.settings(MachineSettings.class).machine())
            .watcher(new ConsoleWatcher(in));
    Given given = there.given(Path.of(model), in.settings(ReadOptions.class));
    DataSpec images = there.fitting(in.settings(DataSpec.class), given);
    Dataset data = there.dataset(images);
    Evaluator.Score score = there.evaluate(given.model(there.workshop(), Optional.of(data)), data);
    String scaling = images.subset().scaling().orElse(Scaling.STANDARD).text();
    in.console()
        .tell(
            String.format(
                Locale.ROOT,
                "%.2f %% of %,d test images of %s right, mean cross-entropy %.4f; pixels scaled: %s",
                100 * score.accuracy(),
                score.images(),
                data.name(),
                score.loss(),
                scaling));
    in.console()
        .result(
            Map.of(
                "accuracy", score.accuracy(),
                "loss", score.loss(),
                "images", score.images(),
                "dataset", data.name(),
                "scaling", scaling));
  }
}
