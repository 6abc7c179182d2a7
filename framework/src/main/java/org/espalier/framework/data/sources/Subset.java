package org.espalier.framework.data.sources;

import java.nio.file.Path;
import java.util.Optional;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.Images;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.settings.Setting;

/** Where a data set's files lie, and how many of its images are taken. */
public record Subset(
    @Setting(
            value = "Folder with the data set's files; default: the data set's own.",
            identity = false)
        Optional<Path> data,
    @Setting("Train on this many images, classes in the shares of the whole set; default: all.")
        Optional<Integer> trainImages,
    @Setting("Test on this many images, classes in the shares of the whole set; default: all.")
        Optional<Integer> testImages) {
  /** All images, from where the data set keeps them. */
  public static final Subset ALL = new Subset(Optional.empty(), Optional.empty(), Optional.empty());

  Dataset load(Datasets datasets, String dataset) {
    Dataset all = datasets.load(dataset, data);
    return new Dataset(
        all.name(),
        limited(all.train(), trainImages, "train-images"),
        limited(all.test(), testImages, "test-images"),
        all.normalisation(),
        all.augmentation());
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
