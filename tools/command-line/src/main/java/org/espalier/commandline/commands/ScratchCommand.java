package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.settings.Setting;
import org.espalier.framework.settings.SettingsReader;
import org.espalier.framework.training.Budget;
import org.espalier.framework.training.FineTuning;
import picocli.CommandLine;

@CommandLine.Command(
    name = "scratch",
    description = {
      "Train the architecture of a pruned model from fresh weights: for as many epochs as the large"
          + " network had (e), or for as much computation (b). The recipe is that of the large network's"
          + " run, where options do not say otherwise."
    })
final class ScratchCommand implements Command {
  @CommandLine.Parameters(
      paramLabel = "MODEL",
      description = "A folder that 'espalier prune' wrote.")
  String model;

  /** Which of the two budgets. */
  enum Which {
    E(Budget.SCRATCH_E),
    B(Budget.SCRATCH_B);

    private final Budget budget;

    Which(Budget budget) {
      this.budget = budget;
    }
  }

  record ScratchSettings(
      @Setting(
              "How long to train: e for the large network's epochs, b for its computation, so more epochs.")
          Which budget,
      @Setting(
              "Scratch-B gets at most this many times the epochs of Scratch-E (2 on ImageNet in the paper);"
                  + " default: no limit.")
          Optional<Double> cap) {
    ScratchSettings {
      Budget.checkCap(cap);
    }
  }

  private final Retraining retraining;

  @Inject
  ScratchCommand(Retraining retraining) {
    this.retraining = retraining;
  }

  @Override
  public Group group() {
    return Group.TRAINING;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(
        ScratchSettings.class, Retraining.RetrainSettings.class, ExecutionSettings.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    ScratchSettings s = in.settings(ScratchSettings.class);
    retraining.run(
        in, model, s.budget().budget, SettingsReader.defaults(FineTuning.class), s.cap());
  }
}
