package org.espalier.framework.data.sources;

import java.nio.file.Path;

/** Where data sets lie if no folder is named. */
final class DataFolders {
  private DataFolders() {}

  /**
   * The folder of a data set in {@code $ESPALIER_DATA}, or in {@code .cache/espalier/data} of the
   * user's home.
   */
  static Path of(String dataset) {
    String home = System.getenv("ESPALIER_DATA");
    Path root =
        home == null || home.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache", "espalier", "data")
            : Path.of(home);
    return root.resolve(dataset);
  }
}
