package org.espalier.lottery;

import dagger.Component;
import dagger.Module;
import dagger.Provides;
import dagger.multibindings.IntoSet;
import java.nio.file.Path;
import java.util.List;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.data.sources.DatasetSource;
import org.espalier.framework.experiments.Conductor;
import org.espalier.framework.experiments.ExperimentsModule;
import org.espalier.framework.experiments.Maker;
import org.espalier.framework.experiments.PlanWatcher;
import org.espalier.framework.experiments.Store;
import org.espalier.framework.experiments.Workers;
import org.espalier.framework.experiments.Workshop;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.ModelReader;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.settings.Vocabulary;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.Step;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.graphs.architectures.ArchitecturesModule;
import org.espalier.graphs.ops.rules.OpRulesModule;
import org.espalier.graphs.rewrites.RewritesModule;
import org.espalier.pruning.Amount;
import org.espalier.pruning.Limits;
import org.espalier.pruning.PruningMethod;
import org.espalier.pruning.PruningModule;
import org.espalier.pruning.weights.KernelKind;
import org.espalier.pruning.weights.Magnitude;
import org.espalier.pruning.weights.WeightsModule;

/** A lottery of seconds: a narrow ResNet-8 on 48 + 20 images of ten grey levels. */
final class TinyLottery {
  static final Amount HALF = Amount.ratio(0.5).with(l -> l.scope(Limits.Scope.GLOBAL));
  static final Magnitude MAGNITUDE = new Magnitude(KernelKind.ALL);

  private static final int SIDE = 10;
  private static final Wired WIRED = DaggerTinyLottery_Wired.create();

  private TinyLottery() {}

  @Component(
      modules = {
        OpRulesModule.class,
        ArchitecturesModule.class,
        RewritesModule.class,
        ExperimentsModule.class,
        PruningModule.class,
        WeightsModule.class,
        LotteryModule.class,
        GreyData.class
      })
  interface Wired {
    Workshop.Tools tools();

    Vocabulary words();

    Architectures architectures();
  }

  @Module
  interface GreyData {
    @Provides
    @IntoSet
    static DatasetSource grey() {
      return DatasetSource.of(
          new Dataset(
              "grey", images(48, 1), images(20, 2), Normalisation.none(1), Augmentation.STANDARD));
    }

    @Provides
    static ModelReader reader() {
      return (path, options) -> ModelFolder.load(path);
    }
  }

  static Vocabulary words() {
    return WIRED.words();
  }

  static Architectures architectures() {
    return WIRED.architectures();
  }

  /** Four epochs of three steps, two rounds that take half, one learning rate, one seed. */
  static Lottery of(PruningMethod method, Amount amount, int rounds, String rewind) {
    return new Lottery(
        ArchitectureSpec.of("resnet8").withWidth(0.125),
        DataSpec.of("grey"),
        Recipe.CIFAR.withEpochs(4).withBatchSize(16),
        method,
        amount,
        rounds,
        false,
        Step.parse(rewind),
        Rewinding.WEIGHTS,
        Form.CUT,
        List.of(0.05),
        List.of(Control.values()),
        false,
        List.of(1L));
  }

  static Workshop shop(Path store) {
    return new Workshop(
        WIRED.tools(), new Store(store), Machine.threads(1), Step.ofEpochs(1), PlanWatcher.NONE);
  }

  /** Makes all of it. */
  static Workshop run(Lottery lottery, Path store) {
    Workshop shop = shop(store);
    Conductor.run(lottery.plan("tiny"), shop, Workers.here(new Maker(shop)));
    return shop;
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
