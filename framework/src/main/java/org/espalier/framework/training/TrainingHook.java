package org.espalier.framework.training;

import org.espalier.graphs.Weights;

/**
 * Something that watches a training or takes part in it. Each method is called on the thread that
 * trains.
 */
public interface TrainingHook {
  /** The weights of the network under training. */
  interface Live {
    /** A copy. */
    Weights read();

    /** Sets those parameters and masks that the weights name. */
    void write(Weights weights);
  }

  /** Before the first step, or the first after a resume; {@code epochsDone} tells which. */
  default void started(Live live, int epochsDone, Recipe recipe, int stepsPerEpoch) {}

  /** After a step. The loss is the batch's mean before the step. */
  default void afterStep(long step, int images, double loss) {}

  /** After the last step of an epoch and before its evaluation; may change the weights. */
  default void afterEpochSteps(int epoch, Live live) {}

  /** After the evaluation of an epoch. */
  default void afterEpoch(EpochMetrics metrics) {}

  /** After the last epoch, or after a failure: the place to close what was opened. */
  default void ended() {}
}
