package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.espalier.Espalier;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Console;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.data.sources.Subset;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.training.FineTuning;
import org.espalier.framework.training.Recipe;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.espalier.graphs.settings.Setting;
import org.espalier.pruning.Amount;
import org.espalier.pruning.Amounts;
import org.espalier.pruning.L1Norm;
import org.espalier.pruning.comparison.Comparison;
import org.espalier.pruning.comparison.ComparisonFolder;
import org.espalier.pruning.comparison.ComparisonResult;
import picocli.CommandLine;

@CommandLine.Command(
    name = "quickstart",
    description = {
      "The whole path on real images in under five minutes, offline: train a narrow VGG-16 on embedded"
          + " Fashion-MNIST, prune it by L1 norm to half of its multiply-accumulates, retrain it three ways,"
          + " compare, export."
    })
final class QuickstartCommand implements Command {
  private static final double LEARNING_RATE = 0.05;

  /** The share of the multiply-accumulates that stays. */
  private static final double TARGET = 0.5;

  record QuickstartSettings(
      @Setting(value = "Epochs of the unpruned network and of Scratch-E.", defaultValue = "6")
          int epochs,
      @Setting(
              value = "Multiply the channels of every hidden layer by this.",
              defaultValue = "0.25")
          double width,
      @Setting("Train on this many images; default: all 6,000.") Optional<Integer> trainImages,
      @Setting("Test on this many images; default: all 1,000.") Optional<Integer> testImages,
      @Setting(value = "Seeds; every arm is run once for each.", defaultValue = "1,2,3")
          List<Long> seeds,
      @Setting(
              value =
                  "Processes that make the runs; they share the threads. 0 means one for each seed, as"
                      + " far as there are threads.",
              defaultValue = "0",
              identity = false)
          int jobs,
      @Setting(
              value = "Folder to write to.",
              defaultValue = "espalier-quickstart",
              identity = false)
          Path out) {

    QuickstartSettings {
      if (jobs < 0) {
        throw new UsageException("jobs must be 0 or more, found " + jobs);
      }
    }

    /** Trainings of such networks gain little by a second thread, and much by a second process. */
    int processes(Machine machine) {
      return jobs > 0 ? jobs : Math.max(1, Math.min(seeds.size(), machine.threads()));
    }
  }

  private final Espalier espalier;

  @Inject
  QuickstartCommand(Espalier espalier) {
    this.espalier = espalier;
  }

  @Override
  public Group group() {
    return Group.START;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(QuickstartSettings.class, MachineSettings.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    QuickstartSettings s = in.settings(QuickstartSettings.class);
    ComparisonFolder.checkFree(s.out());
    Comparison comparison = comparison(s);
    Plan plan = comparison.plan("quickstart");
    Machine machine = in.settings(MachineSettings.class).machine();
    int processes = s.processes(machine);
    Espalier there =
        espalier
            .store(s.out())
            .machine(machine)
            .jobs(processes)
            .watcher(new ConsoleWatcher(in, PlanSettings.titles(plan), processes > 1));
    Console console = in.console();
    String scale = scale(s, there.workshop().data(comparison.images()).train().size());
    console.say("quickstart: " + scale);
    there.run(plan);
    ComparisonResult result = there.results(plan, s.out(), scale, in.again("quickstart"));
    Path page = there.report(s.out());
    Results.show(console, result);
    Path saved = Exports.once(there, fineTuned(plan, there), s.out().resolve("saved-model"));
    console.tell("");
    console.tell("report:     " + page);
    console.tell("SavedModel: " + saved + " (the fine-tuned network, for TensorFlow Serving)");
    console.tell("folder:     " + s.out() + " (every run with its weights, metrics and settings)");
    console.result(result);
  }

  private static String scale(QuickstartSettings s, int images) {
    return String.format(
        Locale.ROOT,
        "scaled down: VGG-16 at %s of its width, %d of 160 epochs, %,d images of Fashion-MNIST",
        s.width(),
        s.epochs(),
        images);
  }

  private static Comparison comparison(QuickstartSettings s) {
    Subset subset = new Subset(Optional.empty(), s.trainImages(), s.testImages());
    Recipe recipe = Recipe.CIFAR.withEpochs(s.epochs()).withLearningRate(LEARNING_RATE);
    // A quarter of the epochs, as 40 of 160, at a tenth of the rate.
    FineTuning fineTuning = new FineTuning(Math.max(1, s.epochs() / 4), LEARNING_RATE / 10);
    return new Comparison(
        ArchitectureSpec.of("vgg16").withWidth(s.width()),
        new DataSpec("fashion-mnist-small", subset),
        recipe,
        fineTuning,
        List.of(new L1Norm()),
        Amounts.of(Amount.macs(TARGET)),
        Optional.empty(),
        s.seeds());
  }

  /** The fine-tuned network of the first seed. */
  private static Path fineTuned(Plan plan, Espalier there) {
    return plan.arms().stream()
        .filter(arm -> arm.name().equals(Comparison.FINE_TUNED))
        .map(arm -> there.folder(arm.task()))
        .findFirst()
        .orElseThrow();
  }
}
