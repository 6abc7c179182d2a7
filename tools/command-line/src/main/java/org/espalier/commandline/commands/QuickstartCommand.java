package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Console;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.sources.Datasets;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.settings.Setting;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.settings.SettingsReader;
import org.espalier.framework.training.Budget;
import org.espalier.framework.training.FineTuning;
import org.espalier.framework.training.Recipe;
import org.espalier.graphs.Model;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.graphs.architectures.Options;
import org.espalier.pruning.PruningMethods;
import org.espalier.pruning.PruningSettings;
import org.espalier.pruning.comparison.Comparison;
import org.espalier.pruning.comparison.ComparisonPlan;
import org.espalier.pruning.comparison.ComparisonResult;
import org.espalier.savedmodels.SavedModelExporter;
import picocli.CommandLine;

@CommandLine.Command(
    name = "quickstart",
    description = {
      "The whole path on real images in under five minutes, offline: train a narrow VGG-16 on embedded"
          + " Fashion-MNIST, prune it by L1 norm, retrain it three ways, compare, export."
    })
final class QuickstartCommand implements Command {
  private static final double LEARNING_RATE = 0.05;

  record QuickstartSettings(
      @Setting(value = "Epochs of the unpruned network and of Scratch-E.", defaultValue = "6")
          int epochs,
      @Setting(
              value = "Multiply the channels of every hidden layer by this.",
              defaultValue = "0.25")
          double width,
      @Setting("Train on this many images; default: all 6,000.") Optional<Integer> trainImages,
      @Setting("Test on this many images; default: all 1,000.") Optional<Integer> testImages,
      @Setting(value = "Seeds; every arm is run once for each.", defaultValue = "1")
          List<Long> seeds,
      @Setting(
              value = "Folder to write to.",
              defaultValue = "espalier-quickstart",
              identity = false)
          Path out) {}

  private final Architectures architectures;
  private final Datasets datasets;
  private final PruningMethods methods;
  private final Comparison runner;
  private final SavedModelExporter exporter;

  @Inject
  QuickstartCommand(
      Architectures architectures,
      Datasets datasets,
      PruningMethods methods,
      Comparison runner,
      SavedModelExporter exporter) {
    this.architectures = architectures;
    this.datasets = datasets;
    this.methods = methods;
    this.runner = runner;
    this.exporter = exporter;
  }

  @Override
  public Group group() {
    return Group.START;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(QuickstartSettings.class, ExecutionThreads.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    QuickstartSettings s = in.settings(QuickstartSettings.class);
    Console console = in.console();
    ComparisonPlan plan = plan(s, in.settings(ExecutionThreads.class).machine());
    console.say("quickstart: " + plan.scale());
    ComparisonResult result = runner.run(plan, s.out(), new ConsoleWatcher(console));
    Path page = ComparisonOutcome.show(console, s.out(), result);
    Path saved = export(s.out(), s.seeds().get(0));
    console.say("");
    console.say("report:     " + page);
    console.say("SavedModel: " + saved + " (the fine-tuned network, for TensorFlow Serving)");
    console.say("folder:     " + s.out() + " (every run with its weights, metrics and settings)");
    console.result(result);
  }

  private ComparisonPlan plan(QuickstartSettings s, Machine machine) {
    Dataset data =
        new DataSettings("fashion-mnist-small", Optional.empty(), s.trainImages(), s.testImages())
            .load(datasets);
    Options options =
        new Options(data.height(), data.width(), data.channels(), data.classes(), s.width());
    Recipe recipe =
        SettingsReader.read(
            Recipe.class,
            Map.of("epochs", s.epochs(), "learning-rate", LEARNING_RATE),
            "quickstart");
    // A quarter of the epochs, as 40 of 160, at a tenth of the rate.
    FineTuning fineTuning = new FineTuning(Math.max(1, s.epochs() / 4), LEARNING_RATE / 10);
    return new ComparisonPlan(
        "quickstart",
        architectures.get("vgg16").build(options),
        data,
        recipe,
        fineTuning,
        Optional.empty(),
        methods.structured("l1-norm"),
        PruningSettings.ofPreset("vgg16-a"),
        s.seeds(),
        machine,
        "scaled down: VGG-16 at %s of its width, %d of 160 epochs, %,d images of Fashion-MNIST"
            .formatted(s.width(), s.epochs(), data.train().size()),
        "espalier quickstart" + changed(s));
  }

  /** The flags that make this run again. */
  private static String changed(QuickstartSettings s) {
    StringBuilder flags = new StringBuilder();
    Settings.canonical(s)
        .forEach(
            (name, value) ->
                flags
                    .append(" --")
                    .append(name)
                    .append(' ')
                    .append(value.toString().replaceAll("[\\[\\] ]", "")));
    return flags.toString();
  }

  private Path export(Path out, long seed) {
    Path base = out.resolve("saved-model");
    Path version = base.resolve("1");
    if (!Files.exists(version)) {
      String arm = Budget.FINE_TUNE.arm();
      Path run = out.resolve("seed-" + seed).resolve(arm);
      Model model = ModelFolder.load(run);
      exporter.export(model, base, 1, Map.of("run", run.toString(), "arm", arm));
    }
    return version;
  }
}
