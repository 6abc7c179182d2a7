package org.espalier.commandline.commands;

import java.nio.file.Path;
import java.util.Optional;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.settings.Setting;

/** Where and how to run. */
record ExecutionSettings(
    @Setting(value = "", inline = true) ExecutionThreads sessions,
    @Setting(
            value =
                "Folder to write to; default: one named after the settings under runs, or after the arm beside MODEL.",
            identity = false)
        Optional<Path> out) {
  Machine machine() {
    return sessions.machine();
  }
}
