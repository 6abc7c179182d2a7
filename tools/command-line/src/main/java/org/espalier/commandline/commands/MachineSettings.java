package org.espalier.commandline.commands;

import org.espalier.framework.sessions.Machine;
import org.espalier.graphs.settings.Setting;

/** How much of the machine to use. */
record MachineSettings(
    @Setting(
            value =
                "Threads that compute; 0 means all processors. Trainings of small steps use one. Another"
                    + " number may give other last bits.",
            defaultValue = "0",
            identity = false)
        int threads,
    @Setting(
            value = "Where to compute: cpu, gpu, or auto, which is a GPU if there is one.",
            defaultValue = "auto",
            identity = false)
        Machine.Device device) {
  MachineSettings {
    if (threads < 0) {
      throw new IllegalArgumentException("threads must be 0 or more, found " + threads);
    }
  }

  Machine machine() {
    return new Machine(threads == 0 ? Machine.all().threads() : threads, device);
  }
}
