package org.espalier.framework.experiments;

import org.espalier.framework.training.StoppedException;

/** Waits for others, as long as nobody asks to stop. */
final class Waiting {
  private Waiting() {}

  static void sleep(long millis, PlanWatcher watcher) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new StoppedException("interrupted while waiting for another process");
    }
    if (watcher.wantsToStop()) {
      throw new StoppedException("stopped while waiting for another process");
    }
  }
}
