package org.espalier.framework.data.sources;

import java.nio.file.Path;
import java.util.Optional;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.Images;
import org.espalier.framework.data.Scaling;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.settings.Setting;

/** Where a data set's files lie, how many of its images are taken, and on which scale. */
public record Subset(
    @Setting(
            value = "Folder with the data set's files; default: the data set's own.",
            identity = false)
        Optional<Path> data,
    @Setting("Train on this many images, classes in the shares of the whole set; default: all.")
        Optional<Integer> trainImages,
    @Setting("Test on this many images, classes in the shares of the whole set; default: all.")
        Optional<Integer> testImages,
    @Setting(
            "How pixels are scaled: standard (by the data set's mean and deviation), unit (0 to 1),"
                + " -1..1, imagenet, none (0 to 255), or MEAN:DEVIATION; default: what the model was"
                + " made for, where something tells, else standard.")
        Optional<Scaling> scaling,
    @Setting(
            "Train and test on this share of these images, classes in the shares of the whole set;"
                + " default: all of them.")
        Optional<Double> imageShare) {
  /** All images, from where the data set keeps them, scaled as it says. */
  public static final Subset ALL = new Subset(Optional.empty(), Optional.empty(), Optional.empty());

  public Subset {
    // Written so that NaN fails too.
    if (imageShare.isPresent() && !(imageShare.get() > 0 && imageShare.get() <= 1)) {
      throw new UsageException(
          "imageShare must be above 0 and at most 1, found " + imageShare.get());
    }
  }

  /** All of these images. */
  public Subset(
      Optional<Path> data,
      Optional<Integer> trainImages,
      Optional<Integer> testImages,
      Optional<Scaling> scaling) {
    this(data, trainImages, testImages, scaling, Optional.empty());
  }

  /** Scaled as the data set says. */
  public Subset(Optional<Path> data, Optional<Integer> trainImages, Optional<Integer> testImages) {
    this(data, trainImages, testImages, Optional.empty());
  }

  /** The same, scaled otherwise. */
  public Subset scaled(Scaling other) {
    return new Subset(data, trainImages, testImages, Optional.of(other), imageShare);
  }

  /** A share of these images. */
  public Subset sharing(double share) {
    Optional<Double> of = Optional.of(imageShare.orElse(1.0) * share);
    return new Subset(data, trainImages, testImages, scaling, of);
  }

  Dataset load(Datasets datasets, String dataset) {
    Dataset all = datasets.load(dataset, data);
    return new Dataset(
        all.name(),
        shared(limited(all.train(), trainImages, "train-images")),
        shared(limited(all.test(), testImages, "test-images")),
        scaling.map(s -> s.of(all.normalisation())).orElse(all.normalisation()),
        all.augmentation());
  }

  /** To the nearest image, and at least one. */
  private Images shared(Images set) {
    return imageShare
        .map(share -> set.take((int) Math.max(1, Math.round(share * set.size()))))
        .orElse(set);
  }

  private static Images limited(Images set, Optional<Integer> limit, String setting) {
    if (limit.isEmpty()) {
      return set;
    }
    int n = limit.get();
    if (n < 1 || n > set.size()) {
      throw new UsageException(setting + " must be from 1 to " + set.size() + ", found " + n);
    }
    return set.take(n);
  }
}
