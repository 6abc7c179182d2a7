package org.espalier.commandline.commands;

import java.nio.file.Path;
import java.util.Optional;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.data.Images;
import org.espalier.framework.data.sources.Datasets;
import org.espalier.framework.settings.Setting;
import org.espalier.graphs.UsageException;

/** Which images. */
record DataSettings(
    @Setting("Data set: fashion-mnist-small (needs no files), fashion-mnist, cifar10 or cifar100.")
        String dataset,
    @Setting(
            value = "Folder with the data set's files; default: the data set's own.",
            identity = false)
        Optional<Path> data,
    @Setting("Train on this many images, classes in the shares of the whole set; default: all.")
        Optional<Integer> trainImages,
    @Setting("Test on this many images, classes in the shares of the whole set; default: all.")
        Optional<Integer> testImages) {

  Dataset load(Datasets datasets) {
    Dataset all = datasets.load(dataset, data);
    return new Dataset(
        all.name(),
        limited(all.train(), trainImages, "--train-images"),
        limited(all.test(), testImages, "--test-images"),
        all.normalisation(),
        all.augmentation());
  }

  private static Images limited(Images set, Optional<Integer> limit, String flag) {
    if (limit.isEmpty()) {
      return set;
    }
    int n = limit.get();
    if (n < 1 || n > set.size()) {
      throw new UsageException(flag + " must be from 1 to " + set.size() + ", found " + n);
    }
    return set.take(n);
  }
}
