package org.espalier.pruning.comparison;

import dagger.Component;
import dagger.Module;
import dagger.Provides;
import dagger.multibindings.ElementsIntoSet;
import java.nio.file.Path;
import java.util.Set;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.data.sources.DatasetSource;
import org.espalier.framework.experiments.ExperimentsModule;
import org.espalier.framework.experiments.PlanWatcher;
import org.espalier.framework.experiments.Store;
import org.espalier.framework.experiments.Workshop;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.ModelReader;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.settings.Vocabulary;
import org.espalier.framework.training.Step;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.graphs.architectures.ArchitecturesModule;
import org.espalier.graphs.ops.rules.OpRulesModule;
import org.espalier.graphs.rewrites.RewritesModule;
import org.espalier.pruning.PruningModule;
import org.espalier.pruning.weights.WeightsModule;

/** All that the paper's tables name, with data sets of a few black images of the right sizes. */
final class Tables {
  private static final Wired WIRED = DaggerTables_Wired.create();

  static final Vocabulary WORDS = WIRED.words();
  static final Architectures ARCHITECTURES = WIRED.architectures();
  static final NamedComparisons COMPARISONS = WIRED.comparisons();

  private Tables() {}

  @Component(
      modules = {
        OpRulesModule.class,
        ArchitecturesModule.class,
        RewritesModule.class,
        ExperimentsModule.class,
        PruningModule.class,
        WeightsModule.class,
        Images.class
      })
  interface Wired {
    Workshop.Tools tools();

    Vocabulary words();

    Architectures architectures();

    NamedComparisons comparisons();
  }

  @Module
  interface Images {
    @Provides
    @ElementsIntoSet
    static Set<DatasetSource> sources() {
      return Set.of(
          black("cifar10", 32, 10), black("cifar100", 32, 100), black("imagenet", 224, 1000));
    }

    @Provides
    static ModelReader reader() {
      return (path, options) -> ModelFolder.load(path);
    }
  }

  private static DatasetSource black(String name, int side, int classes) {
    byte[] pixels = new byte[2 * side * side * 3];
    ImageSet two = new ImageSet(name, side, side, 3, classes, pixels, new int[] {0, 1});
    return DatasetSource.of(
        new Dataset(name, two, two, Normalisation.none(3), Augmentation.STANDARD));
  }

  static Workshop shop(Path store) {
    return new Workshop(
        WIRED.tools(), new Store(store), Machine.threads(1), Step.ofEpochs(1), PlanWatcher.NONE);
  }
}
