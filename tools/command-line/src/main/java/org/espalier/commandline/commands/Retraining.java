package org.espalier.commandline.commands;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.commandline.cli.Invocation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.sources.Datasets;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.runs.TrainingRun;
import org.espalier.framework.settings.Setting;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.training.Budget;
import org.espalier.framework.training.FineTuning;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.TrainingJob;
import org.espalier.graphs.Model;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.rewrites.FuseBatchNorm;

/** What {@code finetune} and {@code scratch} share: training a pruned model within a budget. */
final class Retraining {
  /** The recipe is the parent's, unless flags say otherwise. */
  record RetrainSettings(
      @Setting(value = "", inline = true) DataSettings images,
      @Setting(value = "", inline = true) Recipe optimisation,
      @Setting(
              value = "Seed of fresh weights, order of images and augmentation.",
              defaultValue = "1")
          long seed) {}

  private final Models models;
  private final Datasets datasets;
  private final TrainingRun runs;
  private final OpRules rules;

  @Inject
  Retraining(Models models, Datasets datasets, TrainingRun runs, OpRules rules) {
    this.models = models;
    this.datasets = datasets;
    this.runs = runs;
    this.rules = rules;
  }

  /** Batch norm that is written out, in models of others, would not be trained. */
  private Model trainable(Model model) {
    Model fused = model.rewritten(new FuseBatchNorm(rules));
    boolean same = fused.network().graph().nodes().size() == model.network().graph().nodes().size();
    return same ? model : fused;
  }

  void run(
      Invocation in, String model, Budget budget, FineTuning fineTuning, Optional<Double> cap) {
    Path folder = Path.of(model);
    Model pruned = trainable(models.trained(model));
    Ancestry ancestry = Ancestry.read(folder);
    if (!ancestry.knowsRecipe()) {
      in.console()
          .say(
              ancestry.parent()
                  + ": found no run.json, so the recipe is the default where no option says another");
    }
    RetrainSettings s = in.settings(RetrainSettings.class, ancestry.parentRecipe());
    ExecutionSettings execution = in.settings(ExecutionSettings.class);
    Dataset data = s.images().load(datasets);
    Recipe recipe =
        budget.recipe(s.optimisation(), fineTuning, ancestry.parentFlops(), ancestry.flops(), cap);
    Model start = budget.keepsWeights() ? pruned : pruned.fresh(s.seed());
    TrainingJob job =
        new TrainingJob(
            start.network(), start.weights(), recipe, data, s.seed(), execution.machine());
    Path out =
        execution
            .out()
            .orElse(
                folder.toAbsolutePath().resolveSibling(folder.getFileName() + "-" + budget.arm()));
    Map<String, Object> identity = new LinkedHashMap<>(Settings.all(recipe));
    identity.put("arm", budget.arm());
    RunSummary summary =
        runs.run(
            out,
            job,
            identity,
            Optional.of(folder.toAbsolutePath().normalize().toString()),
            List.of(new ProgressHook(in.console(), budget.arm(), job)));
    RunReport.print(in.console(), out, summary, data);
  }
}
