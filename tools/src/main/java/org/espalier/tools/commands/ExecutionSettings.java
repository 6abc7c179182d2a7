package org.espalier.tools.commands;

import java.nio.file.Path;
import java.util.Optional;
import org.espalier.framework.settings.Setting;
import org.espalier.framework.training.Threads;

/** Where and how to run. */
record ExecutionSettings(
    @Setting(value = "", inline = true) ExecutionThreads sessions,
    @Setting(
            value =
                "Folder to write to; default: one named after the settings under runs, or after the arm beside MODEL.",
            identity = false)
        Optional<Path> out) {
  Threads asThreads() {
    return sessions.asThreads();
  }
}
