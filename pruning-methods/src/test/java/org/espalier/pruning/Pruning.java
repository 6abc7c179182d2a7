package org.espalier.pruning;

import dagger.Component;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.espalier.framework.checks.CutCheck;
import org.espalier.framework.evidence.Evidence;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.settings.Vocabulary;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Weights;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.graphs.architectures.ArchitecturesModule;
import org.espalier.graphs.architectures.Options;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.cost.Cost;
import org.espalier.graphs.cost.CostModel;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.ops.rules.OpRulesModule;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.RemoveChannels;
import org.espalier.pruning.weights.WeightsModule;

/** Wires the module for its tests. */
@Component(
    modules = {
      OpRulesModule.class,
      ArchitecturesModule.class,
      PruningModule.class,
      WeightsModule.class
    })
public interface Pruning {
  Pruning WIRED = DaggerPruning.create();

  OpRules rules();

  Architectures architectures();

  CostModel costs();

  Vocabulary words();

  Pruner pruner();

  static Network network(String architecture) {
    return WIRED.architectures().get(architecture).build();
  }

  static Network narrow(String architecture, double width) {
    return WIRED.architectures().get(architecture).build(Options.CIFAR10.withWidthFactor(width));
  }

  static ChannelAnalysis analyse(Network network) {
    return ChannelAnalysis.of(network, WIRED.rules());
  }

  static ChannelGroup group(Network network, String id) {
    return analyse(network).groups().stream()
        .filter(g -> g.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  /** Of the methods that score channels. */
  /** A method with its default settings. */
  static ScoringMethod method(String name) {
    Class<? extends Record> type = WIRED.words().get(PruningMethod.class, name).type();
    return (ScoringMethod) Settings.defaults(type);
  }

  static Decision decide(String method, Network network, Weights weights, Amount amount) {
    return decide(method(method), network, weights, amount);
  }

  static Decision decide(PruningMethod method, Network network, Weights weights, Amount amount) {
    return WIRED.pruner().decide(method, new Model(network, weights), amount);
  }

  static double[] scores(
      ScoringMethod method, ChannelGroup group, Network network, Weights weights) {
    return method.scores(group, Evidence.of(analyse(network), weights));
  }

  /** The cut as the method gave it. */
  static Cut cut(Decision decision) {
    return decision.pruned().cut().orElseThrow();
  }

  /** How far the masked network and the small one are apart, as a share of the largest output. */
  static double proof(Decision decision) {
    return CutCheck.of(
            decision.analysis(),
            decision.repaired().weights(),
            cut(decision),
            decision.after(),
            3,
            Machine.threads(1))
        .relative();
  }

  /** With the weights of seed 1. */
  static Decision decide(String method, Network network, Amount amount) {
    return decide(method, network, network.initialise(1), amount);
  }

  static Cost costAfter(Network network, Cut cut) {
    return WIRED.costs().of(new RemoveChannels(cut, WIRED.rules()).apply(network).network());
  }

  static Map<String, Cut.Group> byId(Decision decision) {
    return Pruning.cut(decision).groups().stream()
        .collect(Collectors.toMap(Cut.Group::id, Function.identity()));
  }

  static Map<String, Integer> widths(Decision decision) {
    return Pruning.cut(decision).groups().stream()
        .collect(Collectors.toMap(Cut.Group::id, g -> g.kept().size()));
  }
}
