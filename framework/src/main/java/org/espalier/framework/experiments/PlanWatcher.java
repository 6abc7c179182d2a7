package org.espalier.framework.experiments;

import org.espalier.framework.training.Watcher;

/** Hears how work on tasks goes on; can change nothing but ask it to stop. */
public interface PlanWatcher {
  /** Hears nothing. */
  PlanWatcher NONE = new PlanWatcher() {};

  /** Something worth a line: what starts, where a floor acted. */
  default void note(String line) {}

  /** A watcher for a training that is about to start or to be taken up. */
  default Watcher training(Task task) {
    return new Watcher() {};
  }

  /**
   * A counter for a task that does many things of a kind, and is about to start or to be taken up.
   *
   * @param unit what is counted, in a word
   * @param total how many are left to do
   */
  default Tally counting(Task task, String unit, long total) {
    return new Tally() {};
  }

  /** Whether all work should stop as soon as its state is kept. */
  default boolean wantsToStop() {
    return false;
  }
}
