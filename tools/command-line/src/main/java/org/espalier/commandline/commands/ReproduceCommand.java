package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.Espalier;
import org.espalier.Reproduction;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Console;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.commandline.cli.Unsuccessful;
import org.espalier.framework.files.AtomicFiles;
import org.espalier.framework.files.FileProblems;
import org.espalier.graphs.settings.Setting;
import picocli.CommandLine;

@CommandLine.Command(
    name = "reproduce",
    description = {
      "Make a finished run again from what its run.json says, with all the runs that it needs, and tell"
          + " whether all bits are equal or which value differs first. The same threads and device are"
          + " used; the run itself is only read. Exit code 1 if a value differs."
    })
final class ReproduceCommand implements Command {
  @CommandLine.Parameters(paramLabel = "RUN", description = "The folder of a finished run.")
  Path run;

  record ReproduceSettings(
      @Setting(
              value =
                  "New store for what is made; default: a temporary one, which is deleted unless a value"
                      + " differs.",
              identity = false)
          Optional<Path> to) {}

  private final Espalier espalier;

  @Inject
  ReproduceCommand(Espalier espalier) {
    this.espalier = espalier;
  }

  @Override
  public Group group() {
    return Group.UPKEEP;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(ReproduceSettings.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    Optional<Path> to = in.settings(ReproduceSettings.class).to();
    Path store = to.orElseGet(ReproduceCommand::temporary);
    boolean keep = to.isPresent();
    try {
      Reproduction made =
          espalier.watcher(new ConsoleWatcher(in)).reproduce(AtomicFiles.real(run), store);
      keep |= !made.isEqual(); // to be looked at
      tell(in.console(), made);
    } finally {
      if (!keep) {
        AtomicFiles.deleteFolder(store);
      }
    }
  }

  private void tell(Console console, Reproduction made) {
    made.notes().forEach(console::say);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("run", run.toString());
    result.put("equal", made.isEqual());
    made.difference().ifPresent(difference -> result.put("difference", difference));
    result.put("notes", made.notes());
    console.result(result);
    if (!made.isEqual()) {
      throw new Unsuccessful(
          "not the same: " + made.difference().get() + " (" + made.again() + ")");
    }
    console.tell("all bits are equal");
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("espalier-reproduce-");
    } catch (IOException e) {
      throw FileProblems.writing(Path.of(System.getProperty("java.io.tmpdir")), e);
    }
  }
}
