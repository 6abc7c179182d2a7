package org.espalier.framework.data;

import java.util.Locale;
import org.espalier.graphs.BadInputException;

/**
 * A training and a test set of equal image size and classes, with the constants that go with them.
 *
 * @param augmentation what training does to images, unless its recipe wants none; test images stay
 *     as they are
 */
public record Dataset(
    String name,
    Images train,
    Images test,
    Normalisation normalisation,
    Augmentation augmentation) {

  /**
   * @throws BadInputException if the sets or the constants do not fit together
   */
  public Dataset {
    if (!shape(train).equals(shape(test)) || train.classes() != test.classes()) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: expected training and test images of one kind, found %s with %d classes and %s with %d",
              name,
              shape(train),
              train.classes(),
              shape(test),
              test.classes()));
    }
    if (normalisation.channels() != train.channels()) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: expected normalisation for %d channels, found %d",
              name,
              train.channels(),
              normalisation.channels()));
    }
  }

  public int height() {
    return train.height();
  }

  public int width() {
    return train.width();
  }

  public int channels() {
    return train.channels();
  }

  public int classes() {
    return train.classes();
  }

  private static String shape(Images set) {
    return set.height() + " x " + set.width() + " x " + set.channels();
  }
}
