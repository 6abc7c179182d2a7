package org.espalier.framework.data.sources;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.espalier.framework.data.Dataset;
import org.espalier.graphs.UsageException;

/** A data set that a program holds; no files. */
record HeldData(Dataset dataset) implements DatasetSource {
  @Override
  public String name() {
    return dataset.name();
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT,
        "%,d training and %,d test images that a program gave",
        dataset.train().size(),
        dataset.test().size());
  }

  @Override
  public Dataset load(Optional<Path> dir) {
    if (dir.isPresent()) {
      throw new UsageException(
          name() + ": a program gave this data set; it is read from no folder, found " + dir.get());
    }
    return dataset;
  }

  @Override
  public List<FileCheck> verify(Optional<Path> dir) {
    return List.of();
  }

  @Override
  public List<RemoteFile> remoteFiles() {
    return List.of();
  }
}
