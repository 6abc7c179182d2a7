package org.espalier.pruning.comparison;

import dagger.Component;
import java.util.List;
import java.util.Optional;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.training.FineTuning;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.TrainingHook;
import org.espalier.framework.training.TrainingJob;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.architectures.Architectures;
import org.espalier.graphs.architectures.ArchitecturesModule;
import org.espalier.graphs.architectures.Options;
import org.espalier.graphs.ops.rules.OpRulesModule;
import org.espalier.pruning.PruningMethods;
import org.espalier.pruning.PruningModule;
import org.espalier.pruning.PruningSettings;

/** A comparison of a second: a narrow ResNet-8 on 60 + 20 images of ten grey levels. */
@Component(modules = {OpRulesModule.class, ArchitecturesModule.class, PruningModule.class})
interface TinyComparison {
  TinyComparison WIRED = DaggerTinyComparison.create();
  int SIDE = 10;

  ComparisonWatcher SILENT =
      new ComparisonWatcher() {
        @Override
        public void note(String line) {}

        @Override
        public TrainingHook training(String title, TrainingJob job) {
          return new TrainingHook() {};
        }
      };

  Comparison comparison();

  Architectures architectures();

  PruningMethods methods();

  static ComparisonPlan plan(List<Long> seeds) {
    return plan(seeds, 0.5);
  }

  static ComparisonPlan plan(List<Long> seeds, double ratio) {
    Dataset data =
        new Dataset(
            "grey", images(60, 1), images(20, 2), Normalisation.none(1), Augmentation.STANDARD);
    return new ComparisonPlan(
        "tiny",
        WIRED.architectures().get("resnet8").build(new Options(SIDE, SIDE, 1, 10, 0.125)),
        data,
        new Recipe(2, 16, 0.05, List.of(0.5), 0.1, 0.9, false, 1e-4, Recipe.Variation.STANDARD),
        new FineTuning(1, 0.01),
        Optional.empty(),
        WIRED.methods().structured("l1-norm"),
        PruningSettings.ofRatio(ratio),
        seeds,
        Machine.threads(1),
        "tiny",
        "espalier compare tiny.yaml");
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
