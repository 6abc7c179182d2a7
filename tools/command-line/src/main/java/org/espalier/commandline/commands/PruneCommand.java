package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.espalier.commandline.cli.Command;
import org.espalier.commandline.cli.Group;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.checks.Agreement;
import org.espalier.framework.checks.CutCheck;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.sources.Datasets;
import org.espalier.framework.files.CutFile;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.settings.Setting;
import org.espalier.framework.training.Evaluator;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.cost.Cost;
import org.espalier.graphs.cost.CostModel;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.rewrites.DropIdleSelections;
import org.espalier.graphs.rewrites.InsertSelections;
import org.espalier.graphs.rewrites.RemoveChannels;
import org.espalier.pruning.Decision;
import org.espalier.pruning.Pruner;
import org.espalier.pruning.PruningMethods;
import picocli.CommandLine;

@CommandLine.Command(
    name = "prune",
    description = {
      "Remove channels from a trained network: a run's, or any SavedModel or frozen graph. Proves that the"
          + " smaller network computes what the network with those channels masked computes. Writes"
          + " it with its weights and cut.json and, with --export, as a SavedModel. Tells accuracy before"
          + " and after if a data set is given. Give one of --preset, --ratio, --target-macs and"
          + " --target-parameters, or --ratios."
    })
final class PruneCommand implements Command {
  /** Images of the proof; both networks see them. */
  private static final int PROOF = 2;

  @CommandLine.Parameters(
      paramLabel = "MODEL",
      description = "The folder of a run or model, a SavedModel folder or a frozen .pb.")
  String model;

  /** Where to, and on which images to measure. */
  record PruneSettings(
      @Setting(value = "Folder to write the pruned model to; it must not exist.", identity = false)
          Path out,
      @Setting(
              value = "Also write a SavedModel in TensorFlow Serving layout below this folder.",
              identity = false)
          Optional<Path> export,
      @Setting(
              "Data set to measure accuracy on, before and after the cut; default: none, no measurement.")
          Optional<String> dataset,
      @Setting(
              value = "Folder with the data set's files; default: the data set's own.",
              identity = false)
          Optional<Path> data,
      @Setting(
              value =
                  "Let a branch that leaves a trunk read a selection of its channels, so that the branch"
                      + " can be cut and the trunk keeps its width.",
              defaultValue = "false")
          boolean select,
      @Setting(
              value = "Run the masked and the pruned network on random inputs and compare them.",
              defaultValue = "true",
              identity = false)
          boolean proof,
      @Setting(value = "Seed of methods that draw random numbers.", defaultValue = "1")
          long seed) {}

  private final Models models;
  private final Datasets datasets;
  private final Pruner pruner;
  private final PruningMethods methods;
  private final CostModel costs;
  private final OpRules rules;
  private final Exporting exporting;

  @Inject
  PruneCommand(
      Models models,
      Datasets datasets,
      Pruner pruner,
      PruningMethods methods,
      CostModel costs,
      OpRules rules,
      Exporting exporting) {
    this.models = models;
    this.datasets = datasets;
    this.pruner = pruner;
    this.methods = methods;
    this.costs = costs;
    this.rules = rules;
    this.exporting = exporting;
  }

  @Override
  public Group group() {
    return Group.TRAINING;
  }

  @Override
  public List<Class<? extends Record>> settings() {
    return List.of(
        PruningOptions.class, PruneSettings.class, ExecutionThreads.class, ImportSettings.class);
  }

  @Override
  public boolean supportsJson() {
    return true;
  }

  @Override
  public void run(Invocation in) {
    PruningOptions options = in.settings(PruningOptions.class);
    PruneSettings s = in.settings(PruneSettings.class);
    var method = methods.structured(options.method());
    var settings = options.settings(s.seed());
    if (Files.exists(s.out())) {
      throw new UsageException("--out " + s.out() + " exists; choose a new folder");
    }
    Optional<Dataset> data = s.dataset().map(d -> datasets.load(d, s.data()));
    Model read = models.trained(model, in.settings(ImportSettings.class));
    Model before = s.select() ? read.rewritten(new InsertSelections(rules)) : read;
    ChannelAnalysis analysis = ChannelAnalysis.of(before.network(), rules);
    Decision decision = pruner.decide(method, analysis, before.weights(), settings);
    decision.notes().forEach(in.console()::say);
    Model after =
        before
            .rewritten(new RemoveChannels(decision.cut(), rules))
            .rewritten(new DropIdleSelections(rules));
    if (data.isPresent() || s.proof()) {}
    Optional<Agreement> proof =
        s.proof() ? Optional.of(proof(analysis, before, decision, after, in)) : Optional.empty();
    Optional<Double> accuracyBefore = data.map(d -> accuracy(before, d, in));
    Optional<Double> accuracyAfter = data.map(d -> accuracy(after, d, in));
    Cost large = costs.of(before.network());
    Cost small = costs.of(after.network());
    Ancestry ancestry =
        new Ancestry(
            Path.of(model).toAbsolutePath().normalize().toString(),
            Digests.of(read.network()),
            Digests.of(read.weights()),
            large.parameters(),
            large.macs(),
            large.flops(),
            small.parameters(),
            small.macs(),
            small.flops(),
            proof.map(Agreement::relative).orElse(null),
            accuracyBefore.orElse(null),
            accuracyAfter.orElse(null),
            s.dataset().orElse(null));
    ModelFolder.save(s.out(), after);
    CutFile.write(s.out().resolve(Ancestry.CUT), decision.cut().completed(analysis));
    ancestry.write(s.out());
    PruneReport.print(in.console(), s.out(), ancestry, PROOF);
    s.export()
        .ifPresent(
            to -> {
              Path version = exporting.export(s.out(), after, to, 1);
              in.console().say("SavedModel: " + version);
            });
  }

  private static Agreement proof(
      ChannelAnalysis analysis, Model before, Decision decision, Model after, Invocation in) {
    Agreement proof =
        CutCheck.of(
            analysis,
            before.weights(),
            decision.cut(),
            after,
            PROOF,
            in.settings(ExecutionThreads.class).machine());
    if (!proof.holds()) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: the pruned network differs from the masked one by %.2g of the largest output; nothing"
                  + " was written. Leave out groups with --exclude to find which is at fault",
              before.network().name(),
              proof.relative()));
    }
    return proof;
  }

  private static double accuracy(Model model, Dataset data, Invocation in) {
    return Evaluator.score(
            model,
            data.test(),
            data.normalisation(),
            EvaluateCommand.BATCH,
            in.settings(ExecutionThreads.class).machine())
        .accuracy();
  }
}
