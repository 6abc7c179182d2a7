package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.training.Budget;
import org.espalier.framework.training.FineTuning;
import org.espalier.graphs.UsageException;
import picocli.CommandLine;

@CommandLine.Command(
    name = "finetune",
    description = {
      "Train a pruned model on from its weights: few epochs at a small constant rate. The rest of the"
          + " recipe is that of the large network's run, where options do not say otherwise."
    })
final class FinetuneCommand implements Command {
  @CommandLine.Parameters(
      paramLabel = "MODEL",
      description = "A folder that 'espalier prune' wrote.")
  String model;

  /** Options of the recipe that fine-tuning replaces. */
  private static final Map<String, String> INSTEAD =
      Map.of(
          "epochs", "give --fine-tune-epochs",
          "learning-rate", "give --fine-tune-learning-rate",
          "milestones", "its rate is constant",
          "learning-rate-decay", "its rate is constant");

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
    return List.of(Retraining.RetrainSettings.class, FineTuning.class, ExecutionSettings.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    INSTEAD.forEach(
        (flag, instead) -> {
          if (in.flags().containsKey(flag)) {
            throw new UsageException(
                "--%s says nothing about fine-tuning; %s".formatted(flag, instead));
          }
        });
    retraining.run(in, model, Budget.FINE_TUNE, in.settings(FineTuning.class), Optional.empty());
  }
}
