package org.espalier.commandline.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.espalier.commandline.UserOfEspalier;

/** Typed once, used by many tests: a network trained for an epoch, and pruned. */
final class TrainedModels {
  static final String DATA = " --dataset fashion-mnist-small --train-images 60 --test-images 20";
  static final String SMALL = DATA + " --epochs 1 --batch-size 20 --threads 1";

  private TrainedModels() {}

  static UserOfEspalier.Outcome train(Path out) {
    return UserOfEspalier.types(
        "train --architecture resnet8 --width 0.125 --json --out " + out + SMALL);
  }

  /** Writes a comparison to a file, {@code tiny.yaml}. */
  static void comparison(Path folder) throws IOException {
    Files.writeString(
        folder.resolve("tiny.yaml"),
        """
        architecture: resnet8
        width: 0.125
        dataset: fashion-mnist-small
        train-images: 60
        test-images: 20
        epochs: 2
        batch-size: 20
        fine-tune-epochs: 1
        ratio: 0.5
        """);
  }

  /** Types that comparison. */
  static UserOfEspalier.Outcome compare(Path folder, String options, Path out) {
    return UserOfEspalier.types(
        "compare " + folder + "/tiny.yaml --threads 1 " + options + " --out " + out);
  }

  static UserOfEspalier.Outcome prune(Path model, Path out) {
    return UserOfEspalier.types("prune " + model + " --ratio 0.5 --json --out " + out);
  }
}
