package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.espalier.Espalier;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.files.Npy;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.graphs.Model;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.settings.Setting;
import picocli.CommandLine;

@CommandLine.Command(
    name = "predict",
    description = {
      "Compute logits. The images are NumPy float32 [n, height, width, channels], scaled as in"
          + " training; the logits are float32 [n, classes]."
    })
final class PredictCommand implements Command {
  @CommandLine.Parameters(
      paramLabel = "MODEL",
      description = "The folder of a run or model, a SavedModel folder or a frozen .pb.")
  String model;

  record PredictSettings(
      @Setting(value = "The .npy file with the images.", identity = false) Path input,
      @Setting(value = "The .npy file to write the logits to.", identity = false) Path output) {}

  private final Espalier espalier;

  @Inject
  PredictCommand(Espalier espalier) {
    this.espalier = espalier;
  }

  @Override
  public Group group() {
    return Group.EXCHANGE;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(PredictSettings.class, MachineSettings.class, ReadOptions.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    PredictSettings s = in.settings(PredictSettings.class);
    Model loaded = espalier.read(Path.of(model), in.settings(ReadOptions.class));
    ShapedArray images = Npy.readFloats(s.input());
    ShapedArray logits =
        espalier.machine(in.settings(MachineSettings.class).machine()).predict(loaded, images);
    Npy.write(s.output(), logits);
    in.console().say("logits " + logits.shape() + ": " + s.output());
    in.console().result(Map.of("output", s.output().toString(), "shape", logits.shape().dims()));
  }
}
