package org.espalier.graphs;

import dagger.Component;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.graphs.architectures.ArchitecturesModule;
import org.espalier.graphs.cost.CostModel;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.ops.OpRulesModule;

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
}
