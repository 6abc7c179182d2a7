package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.training.Budget;
import org.espalier.framework.training.Recipe;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.FreshScale;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.cost.Cost;
import org.espalier.graphs.cost.CostModel;
import org.espalier.graphs.settings.Setting;
import picocli.CommandLine;

@CommandLine.Command(
    name = "scratch",
    description = {
      "Train a model from fresh weights: for as many epochs as the network before the cut had (e), or"
          + " for as much computation (b). The recipe is that of that network's run, where that is"
          + " known and options do not say otherwise."
    })
final class ScratchCommand implements Command {
  @CommandLine.Parameters(
      paramLabel = "MODEL",
      description = "The folder of a run or model, a SavedModel folder or a frozen .pb.")
  String model;

  record ScratchSettings(
      @Setting(
              "How long to train: e for the large network's epochs, b for its computation, so more epochs.")
          Budget budget,
      @Setting(
              "Scratch-B gets at most this many times the epochs of Scratch-E (2 on ImageNet in the paper);"
                  + " default: no limit.")
          Optional<Double> cap,
      @Setting(
              "The network before the cut, for Scratch-B of a model that Espalier did not prune: a folder"
                  + " or SavedModel.")
          Optional<Path> large,
      @Setting(
              value =
                  "How widely fresh weights of masked kernels are spread: by the weights that are left"
                      + " (density) or as if none were masked (dense).",
              defaultValue = "density")
          FreshScale freshScale) {
    ScratchSettings {
      Budget.checkCap(cap);
    }
  }

  private final Retraining retraining;
  private final CostModel costs;

  @Inject
  ScratchCommand(Retraining retraining, CostModel costs) {
    this.retraining = retraining;
    this.costs = costs;
  }

  @Override
  public Group group() {
    return Group.TRAINING;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(ScratchSettings.class, Retraining.RetrainSettings.class, RunSettings.class);
  }

  @Override
  public Optional<String> beforeDefault(String setting) {
    return Retraining.beforeDefault(setting);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    ScratchSettings s = in.settings(ScratchSettings.class);
    if (s.budget() == Budget.E) {
      in.refuse("cap", "says nothing about budget e, which has the epochs of the large network");
      in.refuse("large", "says nothing about budget e, which has the epochs of the large network");
    }
    Retraining.Start start = retraining.start(in, model);
    if (s.freshScale() != FreshScale.DENSITY
        && start.there().read(start.path(), start.settings().read()).masks().isEmpty()) {
      in.refuse("fresh-scale", "says nothing where no weights are masked");
    }
    Train train = start.train(start.settings().recipe()).fresh(start.settings().seed());
    if (s.budget() == Budget.B) {
      train = sameCompute(start, s);
    }
    retraining.run(in, start, s.budget().arm(), train.spread(s.freshScale()));
  }

  private Train sameCompute(Retraining.Start start, ScratchSettings s) {
    Recipe recipe = start.settings().recipe();
    long seed = start.settings().seed();
    if (s.large().isEmpty() && start.pruned().isPresent()) {
      return start.train(recipe).fresh(seed).sameCompute(s.cap());
    }
    Cost small = cost(start, start.path(), start.settings().read());
    long large =
        s.large().isPresent()
            ? cost(start, s.large().get(), ReadOptions.DEFAULT).spent().flops()
            : unmasked(small);
    return start.train(Budget.scratchB(recipe, large, small.spent().flops(), s.cap())).fresh(seed);
  }

  /** Of a network whose training masked it: what it computed before. */
  private long unmasked(Cost masked) {
    if (masked.effective().isEmpty()) {
      throw new UsageException(
          model
              + " does not tell what it was pruned from, so its computation before the cut is not"
              + " known; give --large, the network before the cut");
    }
    return masked.flops();
  }

  private Cost cost(Retraining.Start start, Path path, ReadOptions options) {
    Cost cost = costs.of(start.there().read(path, options));
    if (cost.isAtLeast()) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: its computation is known in part only: %s",
              path,
              cost.open().get(0)));
    }
    return cost;
  }
}
