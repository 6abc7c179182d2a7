package org.espalier;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.data.sources.Subset;
import org.espalier.framework.experiments.Arm;
import org.espalier.framework.experiments.Fresh;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.experiments.Result;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.runs.RunDifference;
import org.espalier.framework.training.Recipe;
import org.espalier.graphs.architectures.ArchitectureSpec;

/** Trainings of a second, of 60 images in steps of 20, and what became of them. */
final class TinyPlans {
  static final int STEPS_PER_EPOCH = 3;
  static final int IMAGES = 60;

  static final DataSpec DATA =
      new DataSpec(
          "fashion-mnist-small",
          new Subset(Optional.empty(), Optional.of(IMAGES), Optional.of(20)));

  private TinyPlans() {}

  static Recipe recipe(int epochs) {
    return Recipe.CIFAR.withEpochs(epochs).withBatchSize(20);
  }

  static Train train(Recipe recipe, long seed) {
    ArchitectureSpec narrow = ArchitectureSpec.of("resnet8").withWidth(0.125);
    return Train.of(new Fresh(narrow, seed), DATA, recipe, seed);
  }

  static Train train(int epochs, long seed) {
    return train(recipe(epochs), seed);
  }

  /** The arms of a plan, one a seed, and one that trains the first of them on. */
  static Plan plan(int epochs, long... seeds) {
    Plan plan = Plan.named("tiny");
    for (long seed : seeds) {
      plan = plan.arm("train", seed, train(epochs, seed));
    }
    Result first = Result.of(train(epochs, seeds[0]));
    return plan.arm("on", 1, Train.of(first, DATA, recipe(1), 1));
  }

  /** What every child has: one thread. */
  static Espalier alone(Path store) {
    return Espalier.create().store(store).threads(1);
  }

  /** Two processes that share two threads. */
  static Espalier pair(Path store) {
    return Espalier.create().store(store).threads(2).jobs(2);
  }

  static void assertEqualBits(Plan plan, Path store, Path other) {
    for (Arm arm : plan.arms()) {
      Path run = alone(store).folder(arm.task());
      assertThat(RunDifference.first(run, alone(other).folder(arm.task()))).as("%s", arm).isEmpty();
    }
  }

  /** The processes that this one started and that live. */
  static Stream<ProcessHandle> children() {
    return ProcessHandle.current().children().filter(ProcessHandle::isAlive);
  }

  static void assertNoChildren() {
    assertThat(children().map(ProcessHandle::info).toList()).isEmpty();
  }

  static List<Path> files(Path folder) throws java.io.IOException {
    try (Stream<Path> files = java.nio.file.Files.walk(folder)) {
      return files.filter(java.nio.file.Files::isRegularFile).sorted().toList();
    }
  }
}
