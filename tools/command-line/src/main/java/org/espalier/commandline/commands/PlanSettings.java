package org.espalier.commandline.commands;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.Espalier;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.experiments.Arm;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.settings.SettingsSource;
import org.espalier.framework.training.Step;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.settings.Setting;
import org.espalier.pruning.comparison.ComparisonFolder;

/** How a plan is run: where, with what, and whether at all. */
record PlanSettings(
    @Setting(value = "", inline = true) MachineSettings sessions,
    @Setting(
            value =
                "Folder of the results; default: one named after the settings, in a folder of the"
                    + " store.",
            identity = false)
        Optional<Path> out,
    @Setting(
            value =
                "Folder whose folder 'runs' holds the runs; default: that of --out, else the current"
                    + " one.",
            identity = false)
        Optional<Path> store,
    @Setting(
            value = "When a training keeps its state, such as 1ep or 500it; changes no result.",
            defaultValue = "1ep",
            identity = false)
        Step checkpointEvery,
    @Setting(
            value =
                "Processes that make the runs; they share the threads. 0 means one for each thread if"
                    + " there are many small trainings, else one.",
            defaultValue = "0",
            identity = false)
        int jobs,
    @Setting(
            value =
                "Print the runs, which are done, epochs and estimated time, and do nothing else.",
            defaultValue = "false",
            identity = false)
        boolean dryRun) {

  PlanSettings {
    if (jobs < 0) {
      throw new UsageException("jobs must be 0 or more, found " + jobs);
    }
  }

  private Path root() {
    return store.orElse(out.orElse(Path.of(".")));
  }

  /**
   * Where results go.
   *
   * @param kind the folder of the store for experiments of this kind
   * @param what the settings of the experiment
   */
  Path folder(String kind, String name, Record what) {
    Path folder = out.orElse(root().resolve(kind).resolve(name + "-" + Settings.hash(what)));
    ComparisonFolder.checkFree(folder); // before hours of work
    return folder;
  }

  /** The library, set up to run a plan. */
  Espalier on(Espalier espalier, Invocation in, Plan plan) {
    Espalier there =
        espalier.store(root()).machine(sessions.machine()).checkpointEvery(checkpointEvery);
    int processes = jobs == 0 ? there.jobsThatPay(plan) : jobs;
    return there.jobs(processes).watcher(new ConsoleWatcher(in, titles(plan), processes > 1));
  }

  /** What to call a training: the first arm that it is for. */
  static Map<String, String> titles(Plan plan) {
    Map<String, String> titles = new HashMap<>();
    for (Arm arm : plan.arms()) {
      titles.putIfAbsent(arm.task().key(), "seed " + arm.seed() + ", " + arm.name());
    }
    return titles;
  }

  /** What to call an experiment: its name, or that of its file. */
  static String shortName(String nameOrFile) {
    Path last = Path.of(nameOrFile).getFileName();
    return (last == null ? nameOrFile : last.toString()).replaceAll("\\.ya?ml$", "");
  }

  /**
   * The settings of an experiment that is none of those with names.
   *
   * @param kind what it is called
   * @throws UsageException with the nearest names if there is no such file
   */
  static SettingsSource file(String nameOrFile, String kind, List<String> names) {
    Path file = Path.of(nameOrFile);
    if (Files.isRegularFile(file)) {
      return SettingsSource.yaml(file);
    }
    if (nameOrFile.endsWith(".yaml") || nameOrFile.endsWith(".yml")) {
      throw new BadInputException(nameOrFile + ": expected a file with settings, found none");
    }
    if (Files.isDirectory(file)) {
      throw new UsageException(
          nameOrFile + " is a folder; give the name of a " + kind + ", or a YAML file");
    }
    throw UsageException.unknown(kind, nameOrFile, names);
  }
}
