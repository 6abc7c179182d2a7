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
 */
public record TrainingJob(
    Model start,
    Recipe recipe,
    Dataset data,
    long seed,
    Loss loss,
    Step evaluateEvery,
    List<Step> keep) {
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
    for (Step step : keep) {
      if (step.toIterations(extent.stepsPerEpoch()) > extent.steps()) {
        throw new UsageException(
            "keep: step " + step + " comes after the end, " + extent.steps() + " steps");
      }
    }
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

  /** Refuses what the recipe names and this training has not: it would do nothing. */
  private static void checkActs(Recipe recipe, Network network, Extent extent) {
    for (Milestone milestone : recipe.milestones()) {
      if (!milestone.isShare()
          && milestone.step().toIterations(extent.stepsPerEpoch()) >= extent.steps()) {
        throw new UsageException(
            "milestones: step " + milestone + " comes after the end, " + extent.steps() + " steps");
      }
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
    this(start, recipe, data, seed, Loss.labels(), Step.ofEpochs(1), List.of());
  }

  /** The same from another model. */
  public TrainingJob startingFrom(Model other) {
    return new TrainingJob(other, recipe, data, seed, loss, evaluateEvery, keep);
  }

  public TrainingJob withLoss(Loss other) {
    return new TrainingJob(start, recipe, data, seed, other, evaluateEvery, keep);
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

  /** Steps of the whole training. */
  public long steps() {
    return extent().steps();
  }
}
