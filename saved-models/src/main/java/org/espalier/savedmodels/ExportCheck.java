package org.espalier.savedmodels;

import java.nio.file.Path;
import org.espalier.framework.sessions.Predictor;
import org.espalier.framework.training.Threads;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;

/**
 * Proof that an exported model computes what the network computes: both see the same random images.
 *
 * @param images how many
 * @param largestLogit the largest magnitude among the network's logits
 * @param largestDifference between a logit of the network and that of the export
 */
public record ExportCheck(int images, double largestLogit, double largestDifference) {
  /** Of the largest logit. Folded batch norm rounds differently; more than that is a mistake. */
  public static final double TOLERANCE = 1e-4;

  private static final int IMAGES = 8;

  /** Rows and columns, where a network takes images of any size. */
  private static final int ANY_SIZE = 32;

  /**
   * Loads the SavedModel and compares.
   *
   * @param folder that holds {@code saved_model.pb}
   * @throws BadInputException if the logits differ by more than the tolerance, or are not numbers
   */
  public static ExportCheck of(Path folder, Network network, Weights weights) {
    ShapedArray images = randomImages(network.imageShape());
    ShapedArray expected;
    try (Predictor predictor = new Predictor(network, weights, Threads.all())) {
      expected = predictor.logits(images);
    }
    ShapedArray found = SavedModelSession.call(folder, Network.IMAGES, images, Network.LOGITS);
    return compare(folder, expected, found);
  }

  static ExportCheck compare(Path folder, ShapedArray expected, ShapedArray found) {
    if (!expected.shape().equals(found.shape())) {
      throw new BadInputException(
          "%s: expected logits of shape %s, found %s"
              .formatted(folder, expected.shape(), found.shape()));
    }
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.values().length; i++) {
      float e = expected.values()[i];
      float f = found.values()[i];
      if (!Float.isFinite(e) || !Float.isFinite(f)) {
        throw new BadInputException(
            "%s: expected finite logits, found %s (network) and %s (export) at image %d"
                .formatted(folder, e, f, i / expected.shape().last()));
      }
      largest = Math.max(largest, Math.abs(e));
      difference = Math.max(difference, Math.abs((double) e - f));
    }
    if (difference > TOLERANCE * largest) {
      throw new BadInputException(
          "%s: expected the network's logits (up to %.4g) within %.1g of the largest, found a"
                  .formatted(folder, largest, TOLERANCE)
              + " difference of %.4g".formatted(difference));
    }
    return new ExportCheck(expected.shape().dim(0), largest, difference);
  }

  private static ShapedArray randomImages(Shape imageShape) {
    Shape shape = imageShape.with(0, IMAGES);
    for (int axis = 1; axis < shape.rank(); axis++) {
      shape = shape.dim(axis) == Shape.UNKNOWN ? shape.with(axis, ANY_SIZE) : shape;
    }
    RandomStream random = RandomStream.of(0, "export-check");
    float[] values = new float[Math.toIntExact(shape.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new ShapedArray(shape, values);
  }
}
