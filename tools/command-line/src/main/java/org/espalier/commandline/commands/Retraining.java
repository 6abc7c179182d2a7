package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.Espalier;
import org.espalier.commandline.cli.Console;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.experiments.Given;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.runs.RunDescription;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.settings.SettingDescription;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.settings.SettingsSource;
import org.espalier.framework.training.Recipe;
import org.espalier.graphs.settings.Setting;

/** What {@code finetune} and {@code scratch} share: training a small model within a budget. */
final class Retraining {
  /** The recipe is that of the model's history, unless flags say otherwise. */
  record RetrainSettings(
      @Setting(value = "", inline = true) DataSpec images,
      @Setting(value = "", inline = true) Recipe recipe,
      @Setting(value = "", inline = true) ReadOptions read,
      @Setting(
              value = "Seed of fresh weights, order of images and augmentation.",
              defaultValue = "1")
          long seed) {}

  /** What made a training sparse was for the cut, and is over. */
  private static final Set<String> INHERITED =
      Settings.describe(Recipe.class).stream()
          .map(SettingDescription::name)
          .filter(name -> !name.equals("penalties") && !name.equals("interventions"))
          .collect(Collectors.toSet());

  private final Espalier espalier;

  @Inject
  Retraining(Espalier espalier) {
    this.espalier = espalier;
  }

  /** The model on the command line, with its settings. */
  record Start(
      Espalier there,
      Given model,
      Path path,
      DataSpec images,
      RetrainSettings settings,
      RunSettings run) {
    /** What is known of the model before the cut. */
    Optional<PrunedFile> pruned() {
      return PrunedFile.find(path);
    }

    Train train(Recipe recipe) {
      return Train.of(model, images, recipe, settings.seed());
    }
  }

  Start start(Invocation in, String model) {
    RunSettings run = in.settings(RunSettings.class);
    run.out().ifPresent(RunFolder::checkFree);
    Path path = Path.of(model);
    RetrainSettings settings = in.settings(RetrainSettings.class, historyOf(path, in.console()));
    Espalier there = run.on(espalier, in);
    Given given = there.given(path, settings.read());
    Exports.tellLeftOut(in, path, settings.read());
    DataSpec images = there.fitting(settings.images(), given);
    return new Start(there, given, path, images, settings, run);
  }

  /** The recipe is that of the model's history, where one is known. */
  static Optional<String> beforeDefault(String setting) {
    return INHERITED.contains(setting) ? Optional.of("as it was trained") : Optional.empty();
  }

  /** Trains, in a folder beside the model unless another is named. */
  void run(Invocation in, Start start, String arm, Train train) {
    Path beside = start.path().toAbsolutePath().normalize();
    Path folder = start.run().out().orElse(beside.resolveSibling(beside.getFileName() + "-" + arm));
    RunSummary summary = start.there().run(train, folder);
    TrainingReport.print(in.console(), folder, summary);
  }

  /**
   * The recipe that trained the network before the cut or, of a model that was never cut, its own,
   * as a source beneath the flags. Says which that is. What made that training sparse was for the
   * cut, and is over: no arm of a comparison is retrained with it.
   */
  private static SettingsSource historyOf(Path model, Console console) {
    Path folder = PrunedFile.folder(model).orElse(model);
    Optional<RunDescription> run = new RunFolder(folder).description();
    while (run.isPresent() && !run.get().settings().containsKey("epochs")) {
      Optional<Path> before = run.get().start(folder);
      folder = before.orElse(folder);
      run = before.flatMap(at -> new RunFolder(at).description());
    }
    console.say(
        run.isPresent()
            ? "recipe: that of " + folder + ", where no option says another"
            : "recipe: the default where no option says another, for nothing tells how "
                + model
                + " was trained");
    Map<String, Object> values = new LinkedHashMap<>();
    run.map(RunDescription::settings).ifPresent(values::putAll);
    values.keySet().retainAll(INHERITED);
    return new SettingsSource("run.json of " + folder, values);
  }
}
