package org.espalier.commandline.commands;

import org.espalier.framework.sessions.Machine;
import org.espalier.framework.settings.Setting;

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

  Machine machine() {
    return threads == 0 ? Machine.all() : Machine.threads(threads);
  }
}
