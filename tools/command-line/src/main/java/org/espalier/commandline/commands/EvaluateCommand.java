package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.sources.Datasets;
import org.espalier.framework.training.Evaluator;
import org.espalier.graphs.Model;
import picocli.CommandLine;

@CommandLine.Command(
    name = "evaluate",
    description = "Accuracy and loss of a trained network on the test images of a data set.")
final class EvaluateCommand implements Command {
  /** Images in a batch of any evaluation by the command line. */
  static final int BATCH = 250;

  @CommandLine.Parameters(
      paramLabel = "MODEL",
      description = "The folder of a run or model, a SavedModel folder or a frozen .pb.")
  String model;

  private final Models models;
  private final Datasets datasets;

  @Inject
  EvaluateCommand(Models models, Datasets datasets) {
    this.models = models;
    this.datasets = datasets;
  }

  @Override
  public Group group() {
    return Group.TRAINING;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(DataSettings.class, ExecutionThreads.class, ImportSettings.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    Dataset data = in.settings(DataSettings.class).load(datasets);
    Model loaded = models.trained(model, in.settings(ImportSettings.class));
    Evaluator.Score score =
        Evaluator.score(
            loaded,
            data.test(),
            data.normalisation(),
            BATCH,
            in.settings(ExecutionThreads.class).machine());
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
