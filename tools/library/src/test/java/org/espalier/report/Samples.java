package org.espalier.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.espalier.framework.training.Measurement;
import org.espalier.pruning.comparison.ArmResult;

/** A comparison as it comes out of four arms, three seeds and the thirteen layers of VGG-16. */
final class Samples {
  private static final long IMAGES = 50_000;

  private Samples() {}

  static Report comparison() {
    List<ArmResult> rows = new ArrayList<>();
    List<Curve> curves = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      add(rows, curves, "unpruned", seed, 0.9363, 160, 14_987_722, 313_469_440L);
      add(rows, curves, "pruned", seed, 0.8812, 0, 5_398_186, 206_299_648L);
      add(rows, curves, "fine-tuned", seed, 0.9341, 40, 5_398_186, 206_299_648L);
      add(rows, curves, "scratch-e", seed, 0.9362, 160, 5_398_186, 206_299_648L);
      add(rows, curves, "scratch-b", seed, 0.9378, 243, 5_398_186, 206_299_648L);
    }
    return Report.of(
            "VGG-16 on CIFAR-10, L1-norm filters", "vgg16 to vgg16-a, CIFAR-10, 3 seeds", rows)
        .withReading(
            List.of(
                "Training the small network from scratch reaches the accuracy of the unpruned one; "
                    + "fine-tuning the kept weights stays 0.2 points below it.",
                "The differences between the three retrained arms are of the size of the spread "
                    + "over the seeds."))
        .withWarnings(List.of("conv1: the floor of 1 channel acted on 0 of 13 groups"))
        .withWidths(widths())
        .withCurves(curves)
        .withFacts(
            List.of(
                Fact.of("Data set", "CIFAR-10, 50,000 training and 10,000 test images"),
                Fact.code("Data digest", "sha256 6d958be074577803d12ecdefd02955f3"),
                Fact.of("Seeds", "1, 2, 3"),
                Fact.of("Versions", "Espalier 0.1.0, TensorFlow 2.18.0, Java 17.0.12"),
                Fact.code("To run again", "espalier compare vgg16-cifar10-l1 --seeds 1,2,3")));
  }

  static List<LayerWidths> widths() {
    int[] before = {64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512};
    int[] after = {32, 64, 128, 128, 256, 256, 256, 256, 256, 256, 256, 256, 256};
    List<LayerWidths> layers = new ArrayList<>();
    for (int i = 0; i < before.length; i++) {
      layers.add(LayerWidths.of("conv" + (i + 1), before[i], after[i]));
    }
    return layers;
  }

  private static void add(
      List<ArmResult> rows,
      List<Curve> curves,
      String arm,
      int seed,
      double accuracy,
      int epochs,
      long parameters,
      long macs) {
    Random random = new Random(31L * arm.hashCode() + seed);
    double reached = accuracy + 0.0015 * random.nextGaussian();
    if (epochs > 0) {
      curves.add(new Curve(arm, seed, points(arm, epochs, reached, random)));
    }
    rows.add(row(arm, seed, reached, epochs, parameters, macs).timed(epochs * macs / 1e7));
  }

  static ArmResult row(
      String arm, long seed, double accuracy, int epochs, long parameters, long macs) {
    long training = 3 * macs * IMAGES * epochs;
    return new ArmResult(
        arm,
        seed,
        accuracy,
        null,
        epochs,
        parameters,
        macs,
        0,
        training,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  static Measurement point(
      double epoch, double trainLoss, double trainAccuracy, double testLoss, double testAccuracy) {
    return new Measurement(
        epoch,
        (long) (390 * epoch),
        0.1,
        trainLoss,
        trainAccuracy,
        testLoss,
        testAccuracy,
        2.5,
        20_000);
  }

  private static List<Measurement> points(String arm, int epochs, double reached, Random random) {
    boolean tuned = arm.equals("fine-tuned");
    List<Measurement> points = new ArrayList<>();
    for (int epoch = 1; epoch <= epochs; epoch++) {
      double done = (double) epoch / epochs;
      int drops = tuned ? 2 : (done >= 0.5 ? 1 : 0) + (done >= 0.75 ? 1 : 0);
      double gap = new double[] {0.075, 0.012, 0.0}[drops] + 0.55 * Math.exp(-epoch / 4.0);
      gap = tuned ? 0.004 * Math.exp(-epoch / 8.0) : gap;
      double noise = new double[] {0.025, 0.004, 0.0008}[drops] * random.nextGaussian();
      double test = epoch == epochs ? reached : reached - gap + noise;
      double loss = 0.004 + gap * 2.6 + Math.abs(noise) * 0.6;
      points.add(point(epoch, loss, 1 - loss / 3, 0.25 + gap, test));
    }
    return points;
  }
}
