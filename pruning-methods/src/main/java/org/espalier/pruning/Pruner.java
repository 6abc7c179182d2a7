package org.espalier.pruning;

import jakarta.inject.Inject;
import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Model;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.cost.Cost;
import org.espalier.graphs.cost.CostModel;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.DropIdleSelections;
import org.espalier.graphs.rewrites.InsertMasks;
import org.espalier.graphs.rewrites.Masks;
import org.espalier.graphs.rewrites.RemoveChannels;
import org.espalier.graphs.settings.Named;

/** Lets a method decide, and does what it decided. */
public final class Pruner {
  private final OpRules rules;
  private final CostModel costs;

  @Inject
  public Pruner(OpRules rules, CostModel costs) {
    this.rules = rules;
    this.costs = costs;
  }

  /** By weights alone. */
  public Decision decide(PruningMethod method, Model model, Amount amount) {
    ChannelAnalysis analysis = ChannelAnalysis.of(model.network(), rules);
    return decide(method, Evidence.of(analysis, model.weights()), amount);
  }

  /** Decides and cuts, or masks, once; see {@link PruningMethod#prune} for what can go wrong. */
  public Decision decide(PruningMethod method, Evidence evidence, Amount amount) {
    check(method, amount);
    return done(method.prune(evidence, amount), evidence);
  }

  private static void check(PruningMethod method, Amount amount) {
    String name = method.getClass().getAnnotation(Named.class).value();
    if (amount.asTrained() && !method.findsAmount()) {
      throw new UsageException(
          "as-trained says nothing to " + name + ", which has to be told how much goes");
    }
    if (method.findsAmount()) {
      amount.limits().checkForZeros(name);
    }
  }

  /** The same widths, and other channels perhaps; see {@link PruningMethod#outline}. */
  public Decision outline(PruningMethod method, Evidence evidence, Amount amount) {
    check(method, amount);
    return done(method.outline(evidence, amount), evidence);
  }

  private Decision done(Pruned pruned, Evidence evidence) {
    Model repaired = new Model(evidence.network(), pruned.repair().apply(evidence.weights()));
    Model after =
        pruned
            .cut()
            .map(cut -> removed(evidence.analysis(), repaired, cut))
            .orElseGet(() -> masked(repaired, pruned.masks().orElseThrow()));
    for (GraphRewrite rewrite : pruned.finishing()) {
      after = after.rewritten(rewrite);
    }
    Cost before = costs.of(new Model(evidence.network(), evidence.weights()));
    return new Decision(evidence.analysis(), repaired, pruned, after, before, costs.of(after));
  }

  private Model removed(ChannelAnalysis analysis, Model repaired, Cut cut) {
    return new RemoveChannels(cut, rules)
        .apply(analysis)
        .carried(repaired.weights())
        .rewritten(new DropIdleSelections(rules));
  }

  /** What was masked before stays so, and what is masked is zero in the weights too. */
  private static Model masked(Model repaired, Masks masks) {
    Model masked = repaired.rewritten(new InsertMasks(masks.byParameter().keySet()));
    Masks nested = masks.and(new Masks(repaired.masks()));
    Weights put = nested.put(masked.network(), masked.weights());
    return new Model(masked.network(), put).silenced();
  }
}
