package org.espalier.pruning.comparison;

import dagger.Component;
import dagger.Module;
import dagger.Provides;
import dagger.multibindings.IntoSet;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.data.sources.DatasetSource;
import org.espalier.framework.experiments.Conductor;
import org.espalier.framework.experiments.ExperimentsModule;
import org.espalier.framework.experiments.Maker;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.experiments.PlanWatcher;
import org.espalier.framework.experiments.Store;
import org.espalier.framework.experiments.Workers;
import org.espalier.framework.experiments.Workshop;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.ModelReader;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.training.FineTuning;
import org.espalier.framework.training.Milestone;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.Step;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.espalier.graphs.architectures.ArchitecturesModule;
import org.espalier.graphs.ops.rules.OpRulesModule;
import org.espalier.graphs.rewrites.RewritesModule;
import org.espalier.pruning.Amount;
import org.espalier.pruning.Amounts;
import org.espalier.pruning.L1Norm;
import org.espalier.pruning.PruningMethod;
import org.espalier.pruning.PruningModule;
import org.espalier.pruning.weights.WeightsModule;

/** A comparison of a second: a narrow ResNet-8 on 60 + 20 images of ten grey levels. */
public final class TinyComparison {
  public static final DataSpec GREY = DataSpec.of("grey");

  private static final int SIDE = 10;
  private static final Workshop.Tools TOOLS = DaggerTinyComparison_Wired.create().tools();

  private TinyComparison() {}

  @Component(
      modules = {
        OpRulesModule.class,
        ArchitecturesModule.class,
        RewritesModule.class,
        ExperimentsModule.class,
        PruningModule.class,
        WeightsModule.class,
        GreyData.class
      })
  interface Wired {
    Workshop.Tools tools();
  }

  @Module
  interface GreyData {
    @Provides
    @IntoSet
    static DatasetSource grey() {
      return DatasetSource.of(data());
    }

    @Provides
    static ModelReader reader() {
      return (path, options) -> ModelFolder.load(path);
    }
  }

  public static Dataset data() {
    return new Dataset(
        "grey", images(60, 1), images(20, 2), Normalisation.none(1), Augmentation.STANDARD);
  }

  public static Comparison of(List<Long> seeds) {
    return of(seeds, List.of(new L1Norm()), List.of(Amount.ratio(0.5)));
  }

  public static Comparison of(List<Long> seeds, List<PruningMethod> methods, List<Amount> amounts) {
    return new Comparison(
        ArchitectureSpec.of("resnet8").withWidth(0.125),
        GREY,
        Recipe.CIFAR
            .withEpochs(2)
            .withBatchSize(16)
            .withLearningRate(0.05)
            .withMilestones(List.of(Milestone.parse("0.5"))),
        new FineTuning(1, 0.01),
        methods,
        Amounts.of(amounts),
        Optional.empty(),
        seeds);
  }

  /** Makes what is not done, in a store in the folder, and writes the results there. */
  public static ComparisonResult run(Comparison comparison, Path folder, PlanWatcher watcher) {
    Store store = new Store(folder);
    Plan plan = comparison.plan("tiny");
    Workshop shop = shop(folder, watcher);
    Conductor.run(plan, shop, Workers.here(new Maker(shop)));
    return new ComparisonFolder(plan, store, folder).write("", "espalier compare tiny.yaml");
  }

  public static Workshop shop(Path store, PlanWatcher watcher) {
    return new Workshop(TOOLS, new Store(store), Machine.threads(1), Step.ofEpochs(1), watcher);
  }

  private static ImageSet images(int count, long seed) {
    RandomStream random = RandomStream.of(seed, "grey");
    byte[] pixels = new byte[count * SIDE * SIDE];
    int[] labels = new int[count];
    for (int i = 0; i < pixels.length; i++) {
      int image = i / (SIDE * SIDE);
      labels[image] = image % 10;
      pixels[i] = (byte) (22 * labels[image] + random.nextInt(40));
    }
    return new ImageSet("grey-" + seed, SIDE, SIDE, 1, 10, pixels, labels);
  }
}
