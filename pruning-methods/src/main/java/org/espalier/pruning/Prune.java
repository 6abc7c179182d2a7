package org.espalier.pruning;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.checks.Agreement;
import org.espalier.framework.checks.CutCheck;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.evidence.Evidence;
import org.espalier.framework.evidence.SampledEvidence;
import org.espalier.framework.experiments.Preview;
import org.espalier.framework.experiments.Result;
import org.espalier.framework.experiments.Run;
import org.espalier.framework.experiments.Source;
import org.espalier.framework.experiments.Task;
import org.espalier.framework.experiments.Workshop;
import org.espalier.framework.runs.CutFile;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.framework.runs.RunDescription;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.runs.Stretch;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.training.Evaluator;
import org.espalier.graphs.Model;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.rewrites.InsertSelections;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;

/**
 * Prunes a model. Its folder holds the small or masked network with its weights, {@code
 * pruned.json}, the score and, of channels that are gone, {@code cut.json}, all written at once.
 */
@Named(value = "prune", description = "removes channels, or masks weights")
public record Prune(
    @Setting("What is pruned.") Source of, @Setting(value = "", inline = true) PruneSpec how)
    implements Task {
  /** What a task made, measured on a data set. */
  public static Prune of(Task task, PruningMethod method, Amount amount, DataSpec measured) {
    return new Prune(Result.of(task), PruneSpec.of(method, amount).measuredOn(measured));
  }

  /** Decides by initial weights: widths seldom depend on them. */
  @Override
  public Optional<Preview> preview(Workshop shop) {
    Optional<Dataset> data = how.measured().spec().map(shop::data);
    return of.preview(shop, data)
        .map(
            before -> {
              Model fresh = new Model(before.network(), before.network().initialise(1));
              Decision decision =
                  pruner(shop)
                      .outline(
                          how.method(), evidence(selected(fresh, shop), data, shop), how.amount());
              return new Preview(
                  decision.after().network(),
                  decision.costBefore().spent().flops(),
                  decision.costAfter().spent().flops());
            });
  }

  private Model selected(Model read, Workshop shop) {
    return how.select() ? read.rewritten(new InsertSelections(shop.rules())) : read;
  }

  private Decision decide(Model before, Optional<Dataset> data, Workshop shop) {
    return pruner(shop).decide(how.method(), evidence(before, data, shop), how.amount());
  }

  private static Pruner pruner(Workshop shop) {
    return new Pruner(shop.rules(), shop.costs());
  }

  private static Evidence evidence(Model before, Optional<Dataset> data, Workshop shop) {
    ChannelAnalysis analysis = ChannelAnalysis.of(before.network(), shop.rules());
    return new SampledEvidence(
        analysis, before.weights(), data, shop.machine(), shop.watcher()::note);
  }

  @Override
  public Optional<DataSpec> data() {
    return how.measured().spec();
  }

  /** The same, with selections of a trunk's channels in front of its branches, or without. */
  public Prune selecting(boolean select) {
    return new Prune(of, Settings.with(how, "select", select));
  }

  /** Any source, with a proof and without a measurement. */
  public static Prune of(Source source, PruningMethod method, Amount amount) {
    return new Prune(source, PruneSpec.of(method, amount));
  }

  @Override
  public String title() {
    return "prune "
        + of.title()
        + " by "
        + how.method().getClass().getAnnotation(Named.class).value();
  }

  @Override
  public RunSummary make(Run run, Workshop shop) {
    Optional<Dataset> data = how.measured().spec().map(shop::data);
    Model read = of.model(shop, data);
    RunDescription described =
        run.describe(inputs(read), shop).withStretch(Stretch.now(0, shop.machine()));
    Model before = selected(read, shop);
    Decision decision = decide(before, data, shop);
    decision.notes().forEach(shop.watcher()::note);
    Optional<Agreement> agreement = how.proof() ? prove(decision, shop) : Optional.empty();
    Optional<Double> accuracyBefore = data.map(d -> accuracy(before, d, shop));
    Optional<Evaluator.Score> score = data.map(d -> shop.score(decision.after(), d));
    PrunedFile pruned =
        PrunedFile.of(
            of.place(shop),
            read,
            decision.costBefore(),
            decision.costAfter(),
            agreement.map(Agreement::relative),
            accuracyBefore,
            score.map(Evaluator.Score::accuracy),
            how.measured().dataset(),
            decision.notes());
    RunSummary summary =
        RunSummary.untrained(
            score.map(Evaluator.Score::accuracy).orElse(null),
            score.map(Evaluator.Score::loss).orElse(null),
            decision.costAfter(),
            decision.after().weights());
    run.fill(
        folder -> {
          folder.write(described, decision.after(), summary);
          pruned.write(folder.path());
          decision.cut().ifPresent(cut -> CutFile.write(folder.path().resolve(CutFile.FILE), cut));
        });
    return summary;
  }

  private double accuracy(Model before, Dataset data, Workshop shop) {
    return of.accuracy(shop, how.measured().spec().orElseThrow())
        .orElseGet(() -> shop.score(before, data).accuracy());
  }

  private static Optional<Agreement> prove(Decision decision, Workshop shop) {
    return decision
        .pruned()
        .cut()
        .map(
            cut ->
                CutCheck.proof(
                    decision.analysis(),
                    decision.repaired().weights(),
                    cut,
                    decision.after(),
                    shop.machine()));
  }

  private static Map<String, Object> inputs(Model read) {
    Map<String, Object> inputs = new LinkedHashMap<>();
    inputs.put("network", read.network().name());
    inputs.put("networkDigest", Digests.of(read.network()));
    inputs.put("startDigest", Digests.of(read.weights()));
    return inputs;
  }
}
