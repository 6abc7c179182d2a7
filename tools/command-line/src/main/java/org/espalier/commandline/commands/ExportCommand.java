package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.Espalier;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.settings.Setting;
import picocli.CommandLine;

@CommandLine.Command(
    name = "export",
    description = {
      "Write a trained network as a SavedModel in TensorFlow Serving layout: masks multiplied in,"
          + " channels that they left empty removed, batch norm folded, checked against the network"
          + " that was exported. The same command again finds"
          + " it done."
    })
final class ExportCommand implements Command {
  @CommandLine.Parameters(
      paramLabel = "MODEL",
      description = "The folder of a run or model, a SavedModel folder or a frozen .pb.")
  String model;

  record ExportSettings(
      @Setting(
              value = "Folder of the model for Serving; the folder of the version goes below it.",
              identity = false)
          Path to,
      @Setting(
              value = "Version of the model, a positive number; it names the folder below --to.",
              defaultValue = "1")
          int version,
      @Setting(
              value =
                  "Let it take pixels, uint8 from 0 to 255, and scale them itself, as they were when it"
                      + " was trained.",
              defaultValue = "false")
          boolean pixels) {
    ExportSettings {
      if (version < 1) {
        throw new IllegalArgumentException("version must be at least 1, found " + version);
      }
    }
  }

  private final Espalier espalier;

  @Inject
  ExportCommand(Espalier espalier) {
    this.espalier = espalier;
  }

  @Override
  public Group group() {
    return Group.EXCHANGE;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(ExportSettings.class, ReadOptions.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    ExportSettings s = in.settings(ExportSettings.class);
    Model read = espalier.read(Path.of(model), in.settings(ReadOptions.class));
    Model loaded = s.pixels() ? espalier.takingPixels(Path.of(model), read) : read;
    Espalier there = espalier.watcher(new ConsoleWatcher(in));
    Path written = Exports.once(there, Path.of(model), loaded, s.to(), s.version());
    Network network = loaded.network();
    in.console().tell("SavedModel: " + written);
    for (Network offered : network.offered()) {
      in.console()
          .tell(
              String.format(
                  Locale.ROOT,
                  "signature %s: %s -> %s",
                  offered.signature(),
                  String.join(", ", offered.inputs().keySet()),
                  String.join(", ", offered.outputs().keySet())));
    }
    Exports.tellLeftOut(in, Path.of(model));
    in.console()
        .result(
            Map.of(
                "savedModel", written.toString(),
                "signature", network.signature(),
                "signatures", network.offered().stream().map(Network::signature).toList(),
                "inputs", List.copyOf(network.inputs().keySet()),
                "outputs", List.copyOf(network.outputs().keySet())));
  }
}
