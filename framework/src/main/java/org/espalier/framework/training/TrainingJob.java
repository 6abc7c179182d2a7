package org.espalier.framework.training;

import java.util.List;
import org.espalier.framework.data.Dataset;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Shape;
import org.espalier.graphs.UsageException;

/**
 * A training that can be run: everything that its result depends on, but for the machine.
 *
 * @param start the network and its weights before the first step, masks included
 * @param seed of the order of the images and of their augmentation
 * @param evaluateEvery when the test images are looked at; they always are after the last step
 * @param keep steps whose weights are kept
 * @param begin where in the recipe the training begins: learning rate and order of the images are
 *     those from this step on, as of a network that was rewound to it
 */
public record TrainingJob(
    Model start,
    Recipe recipe,
    Dataset data,
    long seed,
    Loss loss,
    Step evaluateEvery,
    List<Step> keep,
    Step begin) {
  public TrainingJob {
    keep = List.copyOf(keep);
    if (evaluateEvery.equals(Step.ofEpochs(0))) {
      throw new UsageException("evaluate-every must be at least one step, found 0");
    }
    Extent extent = new Extent(recipe.epochs(), recipe.batchSize(), data.train().size());
    for (Intervention intervention : recipe.interventions()) {
      start = intervention.prepared(start, extent);
    }
    Network network = start.network();
    checkSteps(begin, keep, extent);
    checkActs(recipe, network, extent);
    Shape found = Shape.of(Shape.UNKNOWN, data.height(), data.width(), data.channels());
    if (!network.imageShape().equals(found)) {
      throw new BadInputException(
          network.name()
              + " reads images of shape "
              + network.imageShape()
              + ", "
              + data.name()
              + " has "
              + found);
    }
  }

  /**
   * Refuses steps that a training does not have.
   *
   * @throws UsageException naming the setting and the step
   */
  public static void checkSteps(Step begin, List<Step> keep, Extent extent) {
    long first = begin.toIterations(extent.stepsPerEpoch());
    if (first >= extent.steps()) {
      throw new UsageException(
          "begin: no step is left after " + begin + " of " + extent.steps() + " steps");
    }
    for (Step step : keep) {
      long at = step.toIterations(extent.stepsPerEpoch());
      if (at > extent.steps() || at < first) {
        throw new UsageException(
            at < first
                ? "keep: step " + step + " comes before the training begins, at " + begin
                : "keep: step " + step + " comes after the end, " + extent.steps() + " steps");
      }
    }
  }

  /** Refuses what the recipe names and this training has not: it would do nothing. */
  private static void checkActs(Recipe recipe, Network network, Extent extent) {
    for (Milestone milestone : recipe.milestones()) {
      if (!milestone.isShare()
          && milestone.step().toIterations(extent.stepsPerEpoch()) >= extent.steps()) {
        throw new UsageException(
            "milestones: step " + milestone + " comes after the end, " + extent.steps() + " steps");
      }
    }
    if (recipe.warmUp().until().toIterations(extent.stepsPerEpoch()) > extent.steps()) {
      throw new UsageException(
          "warm-up: step "
              + recipe.warmUp().until()
              + " comes after the end, "
              + extent.steps()
              + " steps");
    }
    for (Penalty penalty : recipe.penalties()) {
      if (network.parameters().stream().noneMatch(p -> p.kind() == penalty.kind())) {
        throw new UsageException(
            "penalties: " + penalty + " is for parameters that " + network.name() + " has not");
      }
    }
  }

  /** With labels, evaluated after each epoch; nothing but the end is kept. */
  public TrainingJob(Model start, Recipe recipe, Dataset data, long seed) {
    this(start, recipe, data, seed, Loss.labels(), Step.ofEpochs(1), List.of(), Step.ofEpochs(0));
  }

  /** The same from another model. */
  public TrainingJob startingFrom(Model other) {
    return new TrainingJob(other, recipe, data, seed, loss, evaluateEvery, keep, begin);
  }

  public TrainingJob withLoss(Loss other) {
    return new TrainingJob(start, recipe, data, seed, other, evaluateEvery, keep, begin);
  }

  public Network network() {
    return start.network();
  }

  public int stepsPerEpoch() {
    return extent().stepsPerEpoch();
  }

  public Extent extent() {
    return new Extent(recipe.epochs(), recipe.batchSize(), data.train().size());
  }

  /** How many steps of the recipe come before the first that is trained. */
  public long firstStep() {
    return begin.toIterations(stepsPerEpoch());
  }

  /** Steps of the whole recipe. */
  public long steps() {
    return extent().steps();
  }
}
