package org.espalier.framework.training;

import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Weights;

/**
 * Changes a training between steps: Soft Filter Pruning sets filters to zero after each epoch,
 * gradual pruning sets masks. An implementation is a record of its settings with a {@link
 * org.espalier.graphs.settings.Named name}; it is part of the recipe, and so of a run's hash. It
 * keeps nothing between its acts: all that it knows is in what it is shown, so that a training that
 * was stopped goes on as if it had not been.
 */
public interface Intervention {
  /**
   * The model as it has to be for the training to start, with masks in place for instance; usually
   * as it is. Preparing twice is preparing once.
   *
   * @throws org.espalier.graphs.UsageException if it makes no sense for this model, or for a
   *     training of this length
   */
  default Model prepared(Model start, Extent extent) {
    return start;
  }

  /** Whether it acts after a step, counted from 1. */
  boolean actsAfter(long step, int stepsPerEpoch);

  /** The same, for those that have to know how long the training is. */
  default boolean actsAfter(long step, Extent extent) {
    return actsAfter(step, extent.stepsPerEpoch());
  }

  /** Whether it acts before the first step too; the weights of step 0 are kept as they were. */
  default boolean actsAtStart() {
    return false;
  }

  /** Acts: after the step, before anything is measured or kept. */
  void act(Live live);

  /** A network under training. */
  interface Live {
    Network network();

    /** How many steps were done. */
    long step();

    /** How long the training is. */
    Extent extent();

    /** A copy of the parameters and masks. */
    Weights weights();

    /** A copy of what the optimiser remembers, keyed {@code espalier/SLOT/PARAMETER}. */
    Weights slots();

    /** Sets those parameters, masks and slots that the weights name. */
    void write(Weights changed);
  }
}
