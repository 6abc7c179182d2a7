package org.espalier.pruning;

import dagger.Component;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
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

/** Wires the module for its tests. */
@Component(modules = {OpRulesModule.class, ArchitecturesModule.class, PruningModule.class})
interface Pruning {
  Pruning WIRED = DaggerPruning.create();

  OpRules rules();

  Architectures architectures();

  CostModel costs();

  PruningMethods methods();

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

  static Decision decide(
      String method, Network network, Weights weights, PruningSettings settings) {
    return WIRED.pruner().decide(WIRED.methods().structured(method), network, weights, settings);
  }

  /** With the weights of seed 1. */
  static Decision decide(String method, Network network, PruningSettings settings) {
    return decide(method, network, network.initialise(1), settings);
  }

  static Cost costAfter(Network network, Cut cut) {
    return WIRED.costs().of(new RemoveChannels(cut, WIRED.rules()).apply(network).network());
  }

  static Map<String, Cut.Group> byId(Decision decision) {
    return decision.cut().groups().stream()
        .collect(Collectors.toMap(Cut.Group::id, Function.identity()));
  }

  static Map<String, Integer> widths(Decision decision) {
    return decision.cut().groups().stream()
        .collect(Collectors.toMap(Cut.Group::id, g -> g.kept().size()));
  }
}
