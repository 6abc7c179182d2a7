package org.espalier.commandline.commands;

import java.nio.file.Path;
import java.util.Optional;
import org.espalier.Espalier;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.training.Step;
import org.espalier.graphs.settings.Setting;

/** Where runs are kept, and how they are made. */
record RunSettings(
    @Setting(value = "", inline = true) MachineSettings sessions,
    @Setting(
            value =
                "Folder of the run; default: one named after its settings in the store, or of a model"
                    + " that is retrained, one beside that.",
            identity = false)
        Optional<Path> out,
    @Setting(
            value = "When a training keeps its state, such as 1ep or 500it; changes no result.",
            defaultValue = "1ep",
            identity = false)
        Step checkpointEvery) {

  /** The library under these conditions, with progress on the console. */
  Espalier on(Espalier espalier, Invocation in) {
    return espalier
        .machine(sessions.machine())
        .checkpointEvery(checkpointEvery)
        .watcher(new ConsoleWatcher(in));
  }
}
