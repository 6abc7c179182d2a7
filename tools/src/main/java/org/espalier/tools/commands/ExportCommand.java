package org.espalier.tools.commands;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.espalier.framework.runs.Model;
import org.espalier.framework.settings.Setting;
import org.espalier.savedmodels.SavedModelExporter;
import org.espalier.tools.cli.Command;
import org.espalier.tools.cli.Group;
import org.espalier.tools.cli.Invocation;
import org.espalier.tools.launch.QuietStart;
import picocli.CommandLine;

@CommandLine.Command(
    name = "export",
    description = {
      "Write a trained network as a SavedModel in TensorFlow Serving layout: masks multiplied in, batch"
          + " norm folded, checked against the network that was exported."
    })
final class ExportCommand implements Command {
  @CommandLine.Parameters(paramLabel = "MODEL", description = "The folder of a run or model.")
  String model;

  record ExportSettings(
      @Setting(
              value = "Folder of the model for Serving; the folder of the version goes below it.",
              identity = false)
          Path to,
      @Setting(
              value = "Version of the model, a positive number; it names the folder below --to.",
              defaultValue = "1")
          int version) {
    ExportSettings {
      if (version < 1) {
        throw new IllegalArgumentException("version must be at least 1, found " + version);
      }
    }
  }

  private final Models models;

  @Inject
  ExportCommand(Models models) {
    this.models = models;
  }

  @Override
  public Group group() {
    return Group.EXCHANGE;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(ExportSettings.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    ExportSettings s = in.settings(ExportSettings.class);
    Model loaded = models.trained(model);
    QuietStart.tensorFlow();
    SavedModelExporter.export(
        loaded.network(),
        loaded.weights(),
        s.to(),
        s.version(),
        Map.of("run", Path.of(model).toAbsolutePath().normalize().toString()));
    Path written = s.to().resolve(Integer.toString(s.version()));
    in.console()
        .say(
            "SavedModel: "
                + written
                + "\nsignature serving_default: images "
                + loaded.network().imageShape()
                + " float32, scaled as in training -> logits float32");
    in.console()
        .result(
            Map.of(
                "savedModel", written.toString(),
                "signature", "serving_default",
                "inputs", List.of("images"),
                "outputs", List.of("logits")));
  }
}
