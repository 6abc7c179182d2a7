package org.espalier.framework.data.sources;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.espalier.framework.data.Dataset;

/** A data set that can be had by name. To add one, write one class and bind it by its name. */
public interface DatasetSource {
  /** One that a program holds, under its own name. */
  static DatasetSource of(Dataset dataset) {
    return new HeldData(dataset);
  }

  String name();

  /** One line for people. */
  String description();

  /**
   * Reads everything into memory. Files in the right format are taken even if they are not the
   * published ones.
   *
   * @param dir the folder with the files; without one, the source looks where it keeps them
   * @throws org.espalier.graphs.BadInputException if a file is missing, unreadable or not in its
   *     format; the message names it
   */
  Dataset load(Optional<Path> dir);

  /**
   * Looks at each file, format and checksum. Reports what is wrong and throws for none of it.
   *
   * @param dir as for {@link #load}
   */
  List<FileCheck> verify(Optional<Path> dir);

  /**
   * The same of checksums alone, for files that were loaded: what {@link #load} takes without a
   * word. Nothing of a data set whose checksums are looked at while it is loaded.
   */
  default List<FileCheck> checksums(Optional<Path> dir) {
    return List.of();
  }

  /** What has to be downloaded; empty if the data set travels in the jar. */
  List<RemoteFile> remoteFiles();

  /** Where {@code fetch} puts the files if no folder is named. */
  default Path defaultFolder() {
    return DataFolders.of(name());
  }
}
