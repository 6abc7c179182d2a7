package org.espalier;

import dagger.Module;
import dagger.Provides;
import dagger.multibindings.ElementsIntoSet;
import java.util.Set;
import org.espalier.framework.data.sources.DataModule;
import org.espalier.framework.data.sources.DatasetSource;
import org.espalier.framework.experiments.ExperimentsModule;
import org.espalier.framework.runs.ModelReader;
import org.espalier.framework.settings.Vocabulary.Kind;
import org.espalier.graphs.architectures.ArchitecturesModule;
import org.espalier.graphs.architectures.Family;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.rules.OpRulesModule;
import org.espalier.graphs.rewrites.RewritesModule;
import org.espalier.lottery.LotteryModule;
import org.espalier.pruning.PruningModule;
import org.espalier.pruning.sensitivity.SensitivityModule;
import org.espalier.pruning.weights.WeightsModule;

/** All rooms, and what a program adds to them. */
@Module(
    includes = {
      OpRulesModule.class,
      RewritesModule.class,
      ArchitecturesModule.class,
      DataModule.class,
      ExperimentsModule.class,
      PruningModule.class,
      SensitivityModule.class,
      WeightsModule.class,
      LotteryModule.class
    })
public final class LibraryModule {
  private final Additions additions;

  /** Nothing is added but what services on the class path bring along. */
  public LibraryModule() {
    this(new Additions());
  }

  LibraryModule(Additions additions) {
    this.additions = additions;
  }

  @Provides
  @ElementsIntoSet
  Set<Kind> kinds() {
    return additions.kinds();
  }

  @Provides
  @ElementsIntoSet
  Set<Family> families() {
    return additions.families();
  }

  @Provides
  @ElementsIntoSet
  Set<DatasetSource> sources() {
    return additions.sources();
  }

  @Provides
  @ElementsIntoSet
  Set<OpRule> rules() {
    return additions.rules();
  }

  @Provides
  ModelReader reader(Models models) {
    return models;
  }
}
