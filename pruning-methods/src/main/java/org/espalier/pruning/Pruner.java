package org.espalier.pruning;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.espalier.graphs.Network;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.cost.Cost;
import org.espalier.graphs.cost.CostModel;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.CutCost;
import org.espalier.graphs.rewrites.RemoveChannels;

/**
 * Lets a method decide. Which groups are cut and how wide they stay follows from the network and
 * the settings alone; the method's scores say which channels stay. So two methods with the same
 * settings leave the same widths, unless one of them has nothing to say about a group.
 */
public final class Pruner {
  private final OpRules rules;
  private final CostModel costs;

  @Inject
  public Pruner(OpRules rules, CostModel costs) {
    this.rules = rules;
    this.costs = costs;
  }

  public Decision decide(
      StructuredMethod method, Network network, Weights weights, PruningSettings settings) {
    return decide(method, ChannelAnalysis.of(network, rules), weights, settings);
  }

  /**
   * The same, for a network that was analysed already.
   *
   * @throws org.espalier.graphs.UsageException if the settings do not fit the network: a preset for
   *     another one, an unknown group, a target out of reach
   * @throws org.espalier.graphs.BadInputException if the weights do not fit the network or are not
   *     finite
   */
  public Decision decide(
      StructuredMethod method,
      ChannelAnalysis analysis,
      Weights weights,
      PruningSettings settings) {
    Selection allowed = Selection.of(analysis, settings);
    Selection selection = allowed.scoredBy(method, analysis);
    List<ChannelGroup> groups = selection.groups();
    Ranking ranking = Ranking.of(method, settings, groups, weights);
    WidthRule rule = WidthRule.of(settings);
    Cost before = costs.of(analysis.network());
    Widths widths = widths(analysis, settings, selection, ranking, before);
    Cut cut = ranking.cut(widths.kept());
    List<String> notes = new ArrayList<>();
    for (ChannelGroup group : allowed.groups()) {
      method
          .unableToScore(group)
          .map(why -> "group '%s' stays whole: %s".formatted(group.id(), why))
          .ifPresent(notes::add);
    }
    notes.addAll(widths.notes(groups, rule));
    long after = costs.of(new RemoveChannels(cut, rules).apply(analysis).network()).macs();
    return new Decision(cut, notes, before.macs(), after);
  }

  private static Widths widths(
      ChannelAnalysis analysis,
      PruningSettings settings,
      Selection selection,
      Ranking ranking,
      Cost before) {
    WidthRule rule = WidthRule.of(settings);
    LocalPlan local = new LocalPlan(selection.groups(), rule);
    boolean global = settings.scope() == PruningSettings.Scope.GLOBAL;
    WidthPlan plan = global ? ranking.global(rule) : local;
    CutCost cost = new CutCost(analysis);
    if (settings.targetMacs().isPresent()) {
      return new CostTarget(
              "target-macs", "MACs", plan, rule, widths -> cost.macs(ranking.cut(widths)))
          .widths(settings.targetMacs().get(), before.macs());
    }
    if (settings.targetParameters().isPresent()) {
      return new CostTarget(
              "target-parameters",
              "parameters",
              plan,
              rule,
              widths -> cost.parameters(ranking.cut(widths)))
          .widths(settings.targetParameters().get(), before.parameters());
    }
    return global ? plan.at(settings.ratio().orElseThrow()) : local.of(selection.ratios());
  }
}
