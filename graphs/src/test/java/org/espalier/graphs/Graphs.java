package org.espalier.graphs;

import dagger.Component;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.graphs.architectures.ArchitecturesModule;
import org.espalier.graphs.architectures.Options;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.cost.CostModel;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.ops.rules.OpRulesModule;
import org.espalier.graphs.rewrites.Cut;

/** Wires the module for its tests. */
@Component(modules = {OpRulesModule.class, ArchitecturesModule.class})
public interface Graphs {
  Graphs WIRED = DaggerGraphs.create();

  OpRules rules();

  Architectures architectures();

  CostModel costs();

  static Network network(String architecture) {
    return WIRED.architectures().get(architecture).build();
  }

  static Network network(String architecture, double widthFactor) {
    return WIRED
        .architectures()
        .get(architecture)
        .build(Options.CIFAR10.withWidthFactor(widthFactor));
  }

  static ChannelAnalysis analysis(Network network) {
    return ChannelAnalysis.of(network, WIRED.rules());
  }

  /** The group with the given id. */
  static ChannelGroup group(ChannelAnalysis analysis, String id) {
    return analysis.groups().stream().filter(g -> g.id().equals(id)).findFirst().orElseThrow();
  }

  /** Keeps a random non-empty part of every prunable group, trunks included. */
  static Cut randomCut(ChannelAnalysis analysis, long seed) {
    List<Cut.Group> groups = new ArrayList<>();
    for (ChannelGroup g : analysis.prunable()) {
      RandomStream random = RandomStream.of(seed, g.id());
      int keep = 1 + random.nextInt(g.channels());
      int[] kept = Arrays.copyOf(random.permutation(g.channels()), keep);
      Arrays.sort(kept);
      groups.add(Cut.Group.of(g, kept));
    }
    return new Cut("random", Map.of("seed", seed), groups);
  }
}
