package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.training.FineTuning;
import org.espalier.pruning.comparison.Comparison;
import picocli.CommandLine;

@CommandLine.Command(
    name = "finetune",
    description = {
      "Train a model on from its weights: few epochs at a small constant rate. The rest of the recipe"
          + " is that of the network before it was pruned, without its penalties and interventions,"
          + " where that is known and options do not say otherwise."
    })
final class FinetuneCommand implements Command {
  @CommandLine.Parameters(
      paramLabel = "MODEL",
      description = "The folder of a run or model, a SavedModel folder or a frozen .pb.")
  String model;

  /** Settings of the recipe that fine-tuning replaces. */
  private static final Map<String, String> INSTEAD =
      Map.of(
          "epochs", "give fine-tune-epochs",
          "learning-rate", "give fine-tune-learning-rate",
          "milestones", "its rate is constant",
          "learning-rate-decay", "its rate is constant",
          "warm-up", "its rate is constant");

  private final Retraining retraining;

  @Inject
  FinetuneCommand(Retraining retraining) {
    this.retraining = retraining;
  }

  @Override
  public Group group() {
    return Group.TRAINING;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(Retraining.RetrainSettings.class, FineTuning.class, RunSettings.class);
  }

  @Override
  public Optional<String> beforeDefault(String setting) {
    return Retraining.beforeDefault(setting);
  }

  @Override
  public Set<String> refused() {
    return INSTEAD.keySet();
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    INSTEAD.forEach(
        (setting, instead) -> in.refuse(setting, "says nothing about fine-tuning; " + instead));
    FineTuning fineTuning = in.settings(FineTuning.class);
    Retraining.Start start = retraining.start(in, model);
    retraining.run(
        in, start, Comparison.FINE_TUNED, start.train(fineTuning.of(start.settings().recipe())));
  }
}
