package org.espalier.framework.training;

/**
 * Looks at a training and can change nothing in it; it can only ask it to stop. Each method is
 * called on the thread that trains. What changes a training is an {@link Intervention}.
 */
public interface Watcher {
  /**
   * Before the first step, or the first after a stop.
   *
   * @param step how many steps were done before
   */
  default void started(Extent extent, long step) {}

  /** After a step. The loss is the batch's mean before the step. */
  default void afterStep(long step, int images, double loss) {}

  /** After a measurement: at the end of every epoch, and wherever else the job asks for one. */
  default void measured(Measurement measurement) {}

  /** Asked after each step: if any watcher says yes, the training keeps its state and stops. */
  default boolean wantsToStop() {
    return false;
  }

  /** After the last step or a failure, when the session is closed; only if it was started. */
  default void ended() {}
}
