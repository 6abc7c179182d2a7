package org.espalier.graphs.architectures;

import java.util.Optional;
import org.espalier.graphs.UsageException;

/**
 * What can be adapted in any architecture.
 *
 * @param height rows of an input image
 * @param width columns of an input image
 * @param channels of an input image
 * @param classes how many the last layer tells apart
 * @param widthFactor multiplies the channels of every hidden layer
 * @param shortcut in the place of the one that an architecture usually has
 */
public record Options(
    int height,
    int width,
    int channels,
    int classes,
    double widthFactor,
    Optional<PaddedShortcut> shortcut) {
  /** CIFAR-10: 32x32x3 images, 10 classes. */
  public static final Options CIFAR10 = new Options(32, 32, 3, 10, 1.0);

  /** ImageNet as its networks read it: crops of 224x224x3, 1000 classes. */
  public static final Options IMAGENET = new Options(224, 224, 3, 1000, 1.0);

  /** MNIST: 28x28 grey images, 10 classes. */
  public static final Options MNIST = new Options(28, 28, 1, 10, 1.0);

  public Options {
    if (height < 1 || width < 1 || channels < 1) {
      throw new UsageException(
          "an input of " + height + "x" + width + "x" + channels + " is not an image");
    }
    if (classes < 2) {
      throw new UsageException("a classifier needs at least 2 classes, found " + classes);
    }
    if (!(widthFactor > 0) || widthFactor > 64) {
      throw new UsageException("width must be above 0 and at most 64, found " + widthFactor);
    }
  }

  public Options(int height, int width, int channels, int classes, double widthFactor) {
    this(height, width, channels, classes, widthFactor, Optional.empty());
  }

  public Options withClasses(int newClasses) {
    return new Options(height, width, channels, newClasses, widthFactor, shortcut);
  }

  public Options withInput(int newHeight, int newWidth, int newChannels) {
    return new Options(newHeight, newWidth, newChannels, classes, widthFactor, shortcut);
  }

  public Options withWidthFactor(double factor) {
    return new Options(height, width, channels, classes, factor, shortcut);
  }

  public Options withShortcut(PaddedShortcut other) {
    return new Options(height, width, channels, classes, widthFactor, Optional.of(other));
  }

  /** A hidden layer's channels after the factor: rounded, at least one. */
  int scaled(int plan) {
    return Math.max(1, (int) Math.round(plan * widthFactor));
  }
}
