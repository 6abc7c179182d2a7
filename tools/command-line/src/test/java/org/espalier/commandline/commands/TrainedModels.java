package org.espalier.commandline.commands;

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

  static UserOfEspalier.Outcome prune(Path model, Path out) {
    return UserOfEspalier.types("prune " + model + " --ratio 0.5 --json --out " + out);
  }
}
