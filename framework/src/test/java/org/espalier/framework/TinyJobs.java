package org.espalier.framework;

import java.util.List;
import org.espalier.framework.data.Augmentation;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.ImageSet;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.training.Measurement;
import org.espalier.framework.training.Milestone;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.Trainer;
import org.espalier.framework.training.TrainingJob;
import org.espalier.framework.training.Watcher;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.RandomStream;

/** Trainings of a few milliseconds, on images that can be learnt: brightness tells the class. */
public final class TinyJobs {
  private static final int SIDE = 10;

  private TinyJobs() {}

  public static Network network() {
    return TestNetworks.network("resnet8", SIDE, 1, 0.25);
  }

  public static ImageSet images(int count, long seed) {
    RandomStream random = RandomStream.of(seed, "tiny-images");
    byte[] pixels = new byte[count * SIDE * SIDE];
    int[] labels = new int[count];
    for (int i = 0; i < pixels.length; i++) {
      int image = i / (SIDE * SIDE);
      labels[image] = image % 10;
      pixels[i] = (byte) (22 * labels[image] + random.nextInt(40));
    }
    return new ImageSet("tiny-" + seed, SIDE, SIDE, 1, 10, pixels, labels);
  }

  public static Dataset data(int train, int test) {
    return data(images(train, 1), images(test, 2));
  }

  public static Dataset data(ImageSet train, ImageSet test) {
    return new Dataset("tiny", train, test, Normalisation.none(1), Augmentation.STANDARD);
  }

  public static Recipe recipe(int epochs, int batch, double rate) {
    return Recipe.CIFAR
        .withConstantRate(rate)
        .withMilestones(List.of(Milestone.ofShare(0.5)))
        .withEpochs(epochs)
        .withBatchSize(batch);
  }

  /** 40 images at batch 12: three full steps and one of four images in every epoch. */
  public static TrainingJob job(int epochs, long seed) {
    return job(recipe(epochs, 12, 0.05), data(40, 20), seed);
  }

  public static TrainingJob job(Recipe recipe, Dataset data, long seed) {
    Network network = network();
    return new TrainingJob(new Model(network, network.initialise(seed)), recipe, data, seed);
  }

  /** A trainer on one thread. */
  public static Trainer trainer(TrainingJob job, Watcher... watchers) {
    return new Trainer(TestNetworks.WIRED.rules(), Machine.threads(1), job, List.of(watchers));
  }

  /** What must be equal between two runs of one job: all but the clock. */
  public static List<Measurement> withoutClock(List<Measurement> measurements) {
    return measurements.stream()
        .map(
            m ->
                new Measurement(
                    m.epoch(),
                    m.step(),
                    m.learningRate(),
                    m.trainLoss(),
                    m.trainAccuracy(),
                    m.testLoss(),
                    m.testAccuracy(),
                    0,
                    0))
        .toList();
  }
}
