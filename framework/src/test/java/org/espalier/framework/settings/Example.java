package org.espalier.framework.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.espalier.framework.training.Step;
import org.espalier.graphs.settings.Setting;

/** A settings record with one component of every type. */
record Example(
    @Setting("the network to train") String architecture,
    @Setting(value = "epochs to train", defaultValue = "160") int epochs,
    @Setting(value = "root seed", defaultValue = "1") long seed,
    @Setting(value = "first learning rate", defaultValue = "0.1") double learningRate,
    @Setting("flip and crop the images") boolean augment,
    @Setting(value = "what cuts", defaultValue = "l1-norm") Method method,
    @Setting(value = "where to write", identity = false) Optional<Path> out,
    @Setting(value = "where to rewind to", defaultValue = "0ep") Step rewind,
    @Setting("a number more") Optional<Double> ratio,
    @Setting(value = "epochs at which the rate drops", defaultValue = "80,120")
        List<Integer> milestones,
    @Setting("words") List<String> tags,
    @Setting("") Optimizer optimizer,
    @Setting(value = "", inline = true) Loader loader) {

  enum Method {
    L1_NORM,
    SLIMMING
  }

  record Optimizer(
      @Setting(value = "momentum of SGD", defaultValue = "0.9") double momentum,
      @Setting("Nesterov's form") boolean nesterov) {
    Optimizer {
      if (momentum < 0) {
        throw new IllegalArgumentException("momentum must not be negative, found " + momentum);
      }
    }
  }

  record Loader(@Setting(value = "images a step", defaultValue = "64") int batchSize) {}

  Example {
    if (epochs < 0) {
      throw new IllegalArgumentException("epochs must not be negative, found " + epochs);
    }
    if (architecture.equals("resnet5")) {
      throw org.espalier.graphs.UsageException.unknown(
          "architecture", architecture, List.of("resnet56"));
    }
  }
}
