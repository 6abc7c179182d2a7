package org.espalier.tools.commands;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.espalier.framework.training.Budget;
import org.espalier.framework.training.FineTuning;
import org.espalier.tools.cli.Command;
import org.espalier.tools.cli.Group;
import org.espalier.tools.cli.Invocation;
import picocli.CommandLine;

@CommandLine.Command(
    name = "finetune",
    description = "Train a pruned model on from its weights: few epochs at a small constant rate.")
final class FinetuneCommand implements Command {
  @CommandLine.Parameters(
      paramLabel = "MODEL",
      description = "A folder that 'espalier prune' wrote.")
  String model;

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
    retraining.run(in, model, Budget.FINE_TUNE, in.settings(FineTuning.class), Optional.empty());
  }
}
