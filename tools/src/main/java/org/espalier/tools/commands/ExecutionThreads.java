package org.espalier.tools.commands;

import org.espalier.framework.settings.Setting;
import org.espalier.framework.training.Threads;

/** How much of the machine to use. */
record ExecutionThreads(
    @Setting(
            value =
                "Threads that compute; 0 means all processors. Another number may give other last bits.",
            defaultValue = "0",
            identity = false)
        int threads) {
  ExecutionThreads {
    if (threads < 0) {
      throw new IllegalArgumentException("threads must be 0 or more, found " + threads);
    }
  }

  Threads asThreads() {
    return threads == 0 ? Threads.all() : new Threads(threads);
  }
}
