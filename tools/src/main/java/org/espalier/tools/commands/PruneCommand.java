package org.espalier.tools.commands;

import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.Datasets;
import org.espalier.framework.files.CutFile;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.Model;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.sessions.Evaluator;
import org.espalier.framework.settings.Setting;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.cost.Cost;
import org.espalier.graphs.cost.CostModel;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.rewrites.RemoveChannels;
import org.espalier.pruning.Decision;
import org.espalier.pruning.Pruner;
import org.espalier.pruning.PruningMethods;
import org.espalier.tools.cli.Command;
import org.espalier.tools.cli.Console;
import org.espalier.tools.cli.Group;
import org.espalier.tools.cli.Invocation;
import org.espalier.tools.launch.QuietStart;
import org.espalier.tools.report.Numbers;
import picocli.CommandLine;

@CommandLine.Command(
    name = "prune",
    description = {
      "Remove channels from a trained network. Writes the smaller network with its weights and"
          + " cut.json, and tells accuracy before and after if a data set is given. Give exactly one of"
          + " --preset, --ratio and --target-macs."
    })
final class PruneCommand implements Command {
  @CommandLine.Parameters(
      paramLabel = "MODEL",
      description = "The folder of a run or model, a SavedModel folder or a frozen .pb.")
  String model;

  /** Where to, and on which images to measure. */
  record PruneSettings(
      @Setting(value = "Folder to write the pruned model to; it must not exist.", identity = false)
          Path out,
      @Setting(
              "Data set to measure accuracy on, before and after the cut; default: none, no measurement.")
          Optional<String> dataset,
      @Setting(
              value = "Folder with the data set's files; default: the data set's own.",
              identity = false)
          Optional<Path> data,
      @Setting(value = "Seed of methods that draw random numbers.", defaultValue = "1")
          long seed) {}

  private final Models models;
  private final Datasets datasets;
  private final Pruner pruner;
  private final PruningMethods methods;
  private final CostModel costs;
  private final OpRules rules;

  @Inject
  PruneCommand(
      Models models,
      Datasets datasets,
      Pruner pruner,
      PruningMethods methods,
      CostModel costs,
      OpRules rules) {
    this.models = models;
    this.datasets = datasets;
    this.pruner = pruner;
    this.methods = methods;
    this.costs = costs;
    this.rules = rules;
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
    Model before = models.trained(model, in.settings(ImportSettings.class));
    ChannelAnalysis analysis = ChannelAnalysis.of(before.network(), rules);
    Decision decision = pruner.decide(method, analysis, before.weights(), settings);
    decision.notes().forEach(in.console()::say);
    Model after = before.rewritten(new RemoveChannels(decision.cut(), rules));
    if (data.isPresent()) {
      QuietStart.tensorFlow();
    }
    Optional<Double> accuracyBefore = data.map(d -> accuracy(before, d, in));
    Optional<Double> accuracyAfter = data.map(d -> accuracy(after, d, in));
    Cost large = costs.of(before.network());
    Cost small = costs.of(after.network());
    ModelFolder.save(s.out(), after);
    CutFile.write(s.out().resolve("cut.json"), decision.cut().completed(analysis));
    new Ancestry(
            Path.of(model).toAbsolutePath().normalize().toString(),
            Digests.of(before.weights()),
            large.parameters(),
            large.macs(),
            large.flops(),
            small.parameters(),
            small.macs(),
            small.flops(),
            accuracyBefore.orElse(null),
            accuracyAfter.orElse(null),
            s.dataset().orElse(null))
        .write(s.out());
    report(in.console(), s.out(), large, small, accuracyBefore, accuracyAfter);
  }

  private static double accuracy(Model model, Dataset data, Invocation in) {
    return Evaluator.score(
            model.network(),
            model.weights(),
            data.test(),
            data.normalisation(),
            EvaluateCommand.BATCH,
            in.settings(ExecutionThreads.class).asThreads())
        .accuracy();
  }

  private static void report(
      Console console,
      Path out,
      Cost large,
      Cost small,
      Optional<Double> accuracyBefore,
      Optional<Double> accuracyAfter) {
    console.say(
        "parameters %s -> %s, multiply-accumulates %s -> %s (%.1f %% remain)"
            .formatted(
                Numbers.count(large.parameters()),
                Numbers.count(small.parameters()),
                Numbers.count(large.macs()),
                Numbers.count(small.macs()),
                100.0 * small.macs() / large.macs()));
    accuracyBefore.ifPresent(
        a ->
            console.say(
                String.format(
                    Locale.ROOT,
                    "test accuracy %.2f %% -> %.2f %%, before any retraining; a fall is normal here",
                    100 * a,
                    100 * accuracyAfter.orElseThrow())));
    console.say("model: " + out);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("model", out.toString());
    result.put("parametersBefore", large.parameters());
    result.put("parameters", small.parameters());
    result.put("macsBefore", large.macs());
    result.put("macs", small.macs());
    result.put("flopsBefore", large.flops());
    result.put("flops", small.flops());
    accuracyBefore.ifPresent(a -> result.put("accuracyBefore", a));
    accuracyAfter.ifPresent(a -> result.put("accuracy", a));
    console.result(result);
  }
}
