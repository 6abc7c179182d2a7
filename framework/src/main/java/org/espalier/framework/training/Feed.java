package org.espalier.framework.training;

import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.Images;
import org.espalier.framework.data.Normalisation;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.espalier.graphs.Shape;

/**
 * What a network is fed in training and evaluation: pixels on a scale, and labels.
 *
 * @param name of the data set, for messages
 * @param scaling of pixels
 * @param classes that labels tell apart
 * @param images the shape that they have: [?, height, width, channels]
 */
public record Feed(String name, Normalisation scaling, int classes, Shape images) {
  public static Feed of(Dataset data) {
    return of(data.train(), data.name(), data.normalisation());
  }

  /** Of a set of images. */
  public static Feed of(Images images, Normalisation scaling) {
    return of(images, images.name(), scaling);
  }

  /** With as many classes as a network tells apart. */
  public static Feed fitting(Network network, Normalisation scaling) {
    return new Feed(network.name(), scaling, Answers.of(network).classes(), network.imageShape());
  }

  private static Feed of(Images images, String name, Normalisation scaling) {
    Shape shape = Shape.of(Shape.UNKNOWN, images.height(), images.width(), images.channels());
    return new Feed(name, scaling, images.classes(), shape);
  }

  /**
   * Refuses a network that reads other images. A size that it leaves open is any.
   *
   * @throws BadInputException with both shapes
   */
  public void check(Network network) {
    Shape read = network.imageShape();
    boolean fits = read.rank() == images.rank();
    for (int axis = 1; fits && axis < read.rank(); axis++) {
      fits = Shape.isOpen(read.dim(axis)) || read.dim(axis) == images.dim(axis);
    }
    if (!fits) {
      throw new BadInputException(
          network.name() + " reads images of shape " + read + ", " + name + " has " + images);
    }
  }
}
