package org.espalier.pruning.comparison;

import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.framework.files.CutFile;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.runs.TrainingRun;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.training.Budget;
import org.espalier.framework.training.Evaluator;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.TrainingJob;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.cost.Cost;
import org.espalier.graphs.cost.CostModel;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.RemoveChannels;
import org.espalier.pruning.Decision;
import org.espalier.pruning.Pruner;

/**
 * Runs every arm for every seed: Liu et al. 2019, section 3. Each run has a folder of its own, and
 * a run that is done is not done again, so a comparison can be stopped at any point and started
 * anew.
 */
public final class Comparison {
  public static final String UNPRUNED = "unpruned";
  public static final String PRUNED = "pruned";

  private static final String CUT = "cut.json";
  private static final int EVALUATION_BATCH = 250;

  private final TrainingRun runs;
  private final Pruner pruner;
  private final CostModel costs;
  private final OpRules rules;

  @Inject
  public Comparison(TrainingRun runs, Pruner pruner, CostModel costs, OpRules rules) {
    this.runs = runs;
    this.pruner = pruner;
    this.costs = costs;
    this.rules = rules;
  }

  /** Runs what is missing, and writes {@code results.json} and {@code results.csv}. */
  public ComparisonResult run(ComparisonPlan plan, Path folder, ComparisonWatcher watcher) {
    List<ArmResult> arms = new ArrayList<>();
    Set<String> warnings = new LinkedHashSet<>();
    for (long seed : plan.seeds()) {
      arms.addAll(new OneSeed(plan, folder, watcher, seed, warnings).run());
    }
    List<ArmSummary> summary = ArmSummary.of(arms);
    ComparisonResult result =
        new ComparisonResult(
            plan.name(),
            plan.data().name(),
            plan.scale(),
            Reading.of(summary, arms, plan.data().test().size()),
            List.copyOf(warnings),
            List.of(plan.command()),
            arms,
            summary);
    ComparisonFiles.write(folder, result);
    return result;
  }

  /** All arms of one seed. */
  private final class OneSeed {
    private final ComparisonPlan plan;
    private final Path folder;
    private final ComparisonWatcher watcher;
    private final long seed;
    private final Set<String> warnings;

    OneSeed(
        ComparisonPlan plan,
        Path folder,
        ComparisonWatcher watcher,
        long seed,
        Set<String> warnings) {
      this.plan = plan;
      this.folder = folder;
      this.watcher = watcher;
      this.seed = seed;
      this.warnings = warnings;
    }

    List<ArmResult> run() {
      List<ArmResult> results = new ArrayList<>();
      Model fresh = new Model(plan.network(), plan.network().initialise(seed));
      RunSummary unpruned = train(UNPRUNED, fresh, plan.recipe(), Optional.empty());
      results.add(ArmResult.of(UNPRUNED, seed, unpruned, at(UNPRUNED)));
      Model trained = ModelFolder.load(folder.resolve(at(UNPRUNED)));
      Model pruned = prune(trained);
      RunSummary cut = evaluate(pruned);
      results.add(ArmResult.of(PRUNED, seed, cut, at(PRUNED)));
      for (Budget budget : Budget.values()) {
        Recipe recipe =
            budget.recipe(
                plan.recipe(), plan.fineTuning(), unpruned.flops(), cut.flops(), plan.cap());
        Model start = budget.keepsWeights() ? pruned : pruned.fresh(seedOf(budget.arm() + " init"));
        RunSummary summary = train(budget.arm(), start, recipe, Optional.of(at(PRUNED)));
        results.add(ArmResult.of(budget.arm(), seed, summary, at(budget.arm())));
      }
      return results;
    }

    private String at(String arm) {
      return "seed-" + seed + "/" + arm;
    }

    /** Arms share a seed by name only: the draws of one must not follow another's. */
    private long seedOf(String purpose) {
      return RandomStream.of(seed, "comparison", purpose).nextLong();
    }

    private RunSummary train(String arm, Model start, Recipe recipe, Optional<String> parent) {
      TrainingJob job =
          new TrainingJob(
              start.network(), start.weights(), recipe, plan.data(), seedOf(arm), plan.machine());
      Map<String, Object> settings = new LinkedHashMap<>(Settings.all(recipe));
      settings.put("arm", arm);
      settings.put("comparison-seed", seed);
      return runs.run(
          folder.resolve(at(arm)),
          job,
          settings,
          parent,
          List.of(watcher.training("seed " + seed + ", " + arm, job)));
    }

    private Model prune(Model trained) {
      ChannelAnalysis analysis = ChannelAnalysis.of(trained.network(), rules);
      Decision decision =
          pruner.decide(plan.method(), analysis, trained.weights(), plan.pruning().withSeed(seed));
      decision
          .notes()
          .forEach(
              n -> {
                if (warnings.add(n)) {
                  watcher.note(n);
                }
              });
      Cut cut = decision.cut().completed(analysis);
      Model pruned = trained.rewritten(new RemoveChannels(cut, rules));
      Path at = folder.resolve(at(PRUNED));
      checkSame(at.resolve(CUT), cut);
      ModelFolder.save(at, pruned);
      CutFile.write(at.resolve(CUT), cut);
      return pruned;
    }

    /** What another comparison cut is not written over. */
    private void checkSame(Path file, Cut cut) {
      if (Files.exists(file) && !CutFile.read(file).equals(cut)) {
        throw new BadInputException(
            file
                + ": holds the cut of another comparison; choose another folder, or delete "
                + folder);
      }
    }

    private RunSummary evaluate(Model pruned) {
      RunFolder files = new RunFolder(folder.resolve(at(PRUNED)));
      String digest = Digests.of(pruned.weights());
      Optional<RunSummary> known = files.summary();
      if (known.isPresent() && known.get().weightsDigest().equals(digest)) {
        return known.get();
      }
      Evaluator.Score score =
          Evaluator.score(
              pruned,
              plan.data().test(),
              plan.data().normalisation(),
              EVALUATION_BATCH,
              plan.machine());
      Cost cost = costs.of(pruned.network());
      RunSummary summary =
          new RunSummary(
              score.accuracy(),
              score.loss(),
              0,
              cost.parameters(),
              cost.macs(),
              cost.flops(),
              0,
              0,
              digest);
      files.finish(pruned.weights(), summary);
      return summary;
    }
  }
}
