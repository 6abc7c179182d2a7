package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.files.Npy;
import org.espalier.framework.sessions.Predictor;
import org.espalier.framework.settings.Setting;
import org.espalier.graphs.Model;
import org.espalier.graphs.ShapedArray;
import picocli.CommandLine;

@CommandLine.Command(
    name = "predict",
    description = {
      "Compute logits. The images are NumPy float32 [n, height, width, channels], scaled as in"
          + " training; the logits are float32 [n, classes]."
    })
final class PredictCommand implements Command {
  private static final int BATCH = 250;

  @CommandLine.Parameters(
      paramLabel = "MODEL",
      description = "The folder of a run or model, a SavedModel folder or a frozen .pb.")
  String model;

  record PredictSettings(
      @Setting(value = "The .npy file with the images.", identity = false) Path input,
      @Setting(value = "The .npy file to write the logits to.", identity = false) Path output) {}

  private final Models models;

  @Inject
  PredictCommand(Models models) {
    this.models = models;
  }

  @Override
  public Group group() {
    return Group.EXCHANGE;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(PredictSettings.class, ExecutionThreads.class, ImportSettings.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    PredictSettings s = in.settings(PredictSettings.class);
    Model loaded = models.trained(model, in.settings(ImportSettings.class));
    ShapedArray images = Npy.readFloats(s.input());
    ShapedArray logits;
    try (Predictor predictor =
        new Predictor(loaded, in.settings(ExecutionThreads.class).machine())) {
      logits = predictor.logits(images, BATCH);
    }
    Npy.write(s.output(), logits);
    in.console().say("logits " + logits.shape() + ": " + s.output());
    in.console().result(Map.of("output", s.output().toString(), "shape", logits.shape().dims()));
  }
}
