package org.espalier.framework.training;

import org.espalier.framework.data.Dataset;
import org.espalier.framework.sessions.Machine;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.espalier.graphs.Shape;
import org.espalier.graphs.Weights;

/**
 * A training that can be run: everything that its result depends on.
 *
 * @param start the weights before the first step, masks included
 * @param seed of the order of the images and of their augmentation
 */
public record TrainingJob(
    Network network, Weights start, Recipe recipe, Dataset data, long seed, Machine machine) {
  public TrainingJob {
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
    start = start.matching(network.parameters(), "start of " + network.name());
  }

  public int stepsPerEpoch() {
    return (data.train().size() + recipe.batchSize() - 1) / recipe.batchSize();
  }
}
