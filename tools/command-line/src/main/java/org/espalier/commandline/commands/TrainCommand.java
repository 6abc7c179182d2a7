package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.espalier.Espalier;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.experiments.Fresh;
import org.espalier.framework.experiments.Given;
import org.espalier.framework.experiments.Objective;
import org.espalier.framework.experiments.Source;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.Step;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.architectures.Adaptation;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.graphs.settings.Setting;
import picocli.CommandLine;

@CommandLine.Command(
    name = "train",
    description = {
      "Train a network: an architecture from fresh weights, or any model on from its own. Started"
          + " again with the same settings, it takes an unfinished run up where it stopped, between any"
          + " two steps; a finished run is not made again."
    })
final class TrainCommand implements Command {
  /** What is trained, and on what. */
  record TrainSettings(
      @Setting("Name of the architecture; 'espalier architectures' lists them.")
          Optional<String> architecture,
      @Setting(value = "", inline = true) Adaptation adaptation,
      @Setting(
              "Model to train on instead: the folder of a run or model, a SavedModel folder or a frozen"
                  + " .pb.")
          Optional<Path> from,
      @Setting(value = "", inline = true) ReadOptions read,
      @Setting(value = "", inline = true) DataSpec images,
      @Setting(value = "", inline = true) Recipe recipe,
      @Setting("Model whose outputs are learned, in the place of the labels.")
          Optional<Path> teacher,
      @Setting(
              value =
                  "Temperature that softens the teacher's answers; 0: the mean squared difference of"
                      + " the outputs.",
              defaultValue = "0")
          double temperature,
      @Setting(
              value = "Seed of initial weights, order of images and augmentation.",
              defaultValue = "1")
          long seed,
      @Setting(value = "When the test images are looked at.", defaultValue = "1ep")
          Step evaluateEvery,
      @Setting("Steps whose weights are kept, such as 0ep,500it.") List<Step> keep,
      @Setting(
              "Passes that the network goes through first, such as insert-branch-scales; 'espalier"
                  + " rewrite --list' names them.")
          List<String> passes) {
    TrainSettings {
      if (architecture.isPresent() == from.isPresent()) {
        throw new UsageException(
            "give exactly one of architecture and from; found "
                + (from.isPresent() ? "both" : "none"));
      }
    }
  }

  /** Where a run goes that is given no folder. */
  record StoreSettings(
      @Setting(
              value = "Folder whose folder 'runs' holds the runs.",
              defaultValue = ".",
              identity = false)
          Path store) {}

  private final Espalier espalier;
  private final Architectures architectures;

  @Inject
  TrainCommand(Espalier espalier, Architectures architectures) {
    this.espalier = espalier;
    this.architectures = architectures;
  }

  @Override
  public Group group() {
    return Group.TRAINING;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(TrainSettings.class, RecipeChoice.class, RunSettings.class, StoreSettings.class);
  }

  @Override
  public Optional<String> beforeDefault(String setting) {
    return RecipeChoice.names(setting) ? Optional.of("as --recipe says") : Optional.empty();
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    TrainSettings s = RecipeChoice.settings(in, TrainSettings.class);
    RunSettings run = in.settings(RunSettings.class);
    refuseWhatSaysNothing(in, s);
    run.out().ifPresent(RunFolder::checkFree); // before data are looked for
    s.architecture().ifPresent(architectures::get); // the same
    Espalier there = run.on(espalier, in).store(in.settings(StoreSettings.class).store());
    Optional<Given> from = s.from().map(path -> there.given(path, s.read()));
    s.from().ifPresent(path -> Exports.tellLeftOut(in, path, s.read()));
    DataSpec images = from.map(given -> there.fitting(s.images(), given)).orElse(s.images());
    Source start =
        from.<Source>map(given -> given)
            .orElseGet(
                () ->
                    new Fresh(
                        new ArchitectureSpec(s.architecture().orElseThrow(), s.adaptation()),
                        s.seed()));
    Train train = Train.of(start, images, s.recipe(), s.seed()).keeping(s.keep());
    if (s.teacher().isPresent()) {
      Source teacher = there.given(s.teacher().get(), ReadOptions.DEFAULT);
      train = train.minimising(new Objective.Teacher(teacher, s.temperature()));
    }
    train = train.evaluatedEvery(s.evaluateEvery()).after(s.passes());
    Path folder = run.out().orElse(there.folder(train));
    RunSummary summary = there.run(train, folder);
    TrainingReport.print(in.console(), folder, summary);
  }

  private static void refuseWhatSaysNothing(Invocation in, TrainSettings s) {
    if (s.from().isPresent()) {
      in.refuse(
          Adaptation.class, "says nothing about a model that is there; it adapts an architecture");
    } else {
      in.refuse(
          ReadOptions.class, "says nothing about an architecture; it is for a model of others");
    }
    if (s.recipe().milestones().isEmpty()) {
      in.refuse("learning-rate-decay", "says nothing without milestones");
    }
    if (s.teacher().isEmpty()) {
      in.refuse("temperature", "says nothing without a teacher");
    }
    if (in.gives("out")) {
      in.refuse("store", "says nothing where --out names the folder of the run");
    }
  }
}
