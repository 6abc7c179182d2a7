package org.espalier.framework.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.espalier.graphs.UsageException;

/** Tells folders that may be written into from those of others, whose files would be lost. */
public final class OwnFolder {
  private OwnFolder() {}

  /**
   * Refuses a folder that holds what was not made here. Nothing is touched.
   *
   * @param marker the file by which a folder that was made here is known; whoever goes on in it
   *     reads that file, and refuses what is in it
   * @param early what else may stand there before the marker is written
   * @param what the folder is to be: "a run"
   * @throws UsageException that names what was found
   */
  public static void check(Path folder, String marker, Set<String> early, String what) {
    if (!Files.exists(folder) || Files.isRegularFile(folder.resolve(marker))) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new UsageException(folder + " exists and is no folder; choose a new folder");
    }
    try (Stream<Path> inside = Files.list(folder)) {
      Optional<Path> foreign =
          inside
              .filter(path -> !early.contains(path.getFileName().toString()))
              .filter(path -> !Temporaries.isOne(path))
              .sorted()
              .findFirst();
      if (foreign.isPresent()) {
        throw new UsageException(
            folder
                + " exists and is not "
                + what
                + ": it holds "
                + foreign.get().getFileName()
                + " and no "
                + marker
                + "; choose a new folder");
      }
    } catch (IOException e) {
      throw FileProblems.reading(folder, "a folder", e);
    }
  }
}
