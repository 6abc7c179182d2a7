package org.espalier.framework.training;

import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.Images;
import org.espalier.framework.data.Normalisation;
import org.espalier.graphs.Network;

/**
 * What a network is fed in training and evaluation: pixels on a scale, and labels.
 *
 * @param name of the data set, for messages
 * @param scaling of pixels
 * @param classes that labels tell apart
 */
public record Feed(String name, Normalisation scaling, int classes) {
  public static Feed of(Dataset data) {
    return of(data.train(), data.name(), data.normalisation());
  }

  /** Of a set of images. */
  public static Feed of(Images images, Normalisation scaling) {
    return of(images, images.name(), scaling);
  }

  /** With as many classes as a network tells apart. */
  public static Feed fitting(Network network, Normalisation scaling) {
    return new Feed(network.name(), scaling, Answers.of(network).classes());
  }

  private static Feed of(Images images, String name, Normalisation scaling) {
    return new Feed(name, scaling, images.classes());
  }
}
