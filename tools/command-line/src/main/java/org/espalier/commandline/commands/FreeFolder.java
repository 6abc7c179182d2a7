package org.espalier.commandline.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.espalier.framework.files.FileProblems;
import org.espalier.framework.runs.RunDescription;
import org.espalier.graphs.UsageException;

/** A folder that a run may be made in. */
final class FreeFolder {
  private FreeFolder() {}

  /** What is not a run of ours is not written into. */
  static void check(Path out) {
    if (Files.exists(out.resolve(RunDescription.FILE)) || !Files.exists(out)) {
      return;
    }
    try (Stream<Path> inside = Files.isDirectory(out) ? Files.list(out) : Stream.of(out)) {
      if (inside.findAny().isPresent()) {
        throw new UsageException("--out " + out + " exists; choose a new folder");
      }
    } catch (IOException e) {
      throw FileProblems.reading(out, "a folder", e);
    }
  }
}
