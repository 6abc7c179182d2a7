package org.espalier.pruning;

import dagger.Component;
import org.espalier.framework.data.sources.DataModule;
import org.espalier.framework.data.sources.Datasets;
import org.espalier.framework.runs.TrainingRun;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.graphs.architectures.ArchitecturesModule;
import org.espalier.graphs.cost.CostModel;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.ops.rules.OpRulesModule;
import org.espalier.graphs.rewrites.Rewrites;
import org.espalier.graphs.rewrites.RewritesModule;
import org.espalier.pruning.comparison.Comparison;

/**
 * Everything that a program needs to train and prune, wired. Use it, or wire the modules your own
 * way.
 */
@Component(
    modules = {
      OpRulesModule.class,
      RewritesModule.class,
      ArchitecturesModule.class,
      DataModule.class,
      PruningModule.class
    })
public interface PruningToolkit {
  static PruningToolkit create() {
    return DaggerPruningToolkit.create();
  }

  Architectures architectures();

  Datasets datasets();

  OpRules rules();

  Rewrites rewrites();

  CostModel costs();

  Pruner pruner();

  PruningMethods methods();

  TrainingRun runs();

  Comparison comparison();
}
