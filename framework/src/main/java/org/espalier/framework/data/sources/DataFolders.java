package org.espalier.framework.data.sources;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.espalier.graphs.BadInputException;

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

  /**
   * Refuses a folder that was named and is none.
   *
   * @param dir the folder, if one was named
   */
  static void check(Optional<Path> dir, String dataset) {
    if (dir.isPresent() && !Files.isDirectory(dir.get())) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: expected the folder with the files of %s, found %s",
              dir.get(),
              dataset,
              Files.exists(dir.get()) ? "a file" : "nothing there"));
    }
  }
}
