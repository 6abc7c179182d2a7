package org.espalier.framework.files;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.io.file.PathUtils;

/** Names of what is not finished yet, which tell whose it is: dead processes leave some behind. */
final class Temporaries {
  private static final String END = ".tmp";
  private static final AtomicInteger COUNT = new AtomicInteger();

  private Temporaries() {}

  /**
   * Hidden, beside the target, the same for no two processes. Not Java's own temporary files: those
   * only their owner may read.
   */
  static Path pathFor(Path target) {
    Path full = target.toAbsolutePath().normalize();
    String own = ProcessId.current() + "~" + Long.toString(COUNT.incrementAndGet(), 36);
    return full.resolveSibling("." + full.getFileName() + "~" + own + END);
  }

  /** Removes what dead processes left of one target. */
  static void sweepFor(Path target) {
    Path full = target.toAbsolutePath().normalize();
    sweep(full.getParent(), "." + full.getFileName() + "~");
  }

  /** Removes what dead processes left in a folder. */
  static void sweep(Path folder) {
    sweep(folder, ".");
  }

  private static void sweep(Path folder, String start) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder, f -> isLeftBehind(f.getFileName().toString(), start))) {
      for (Path file : files) {
        PathUtils.delete(file);
      }
    } catch (IOException | DirectoryIteratorException e) {
      return; // another process sweeps too, or may not let us
    }
  }

  /** Whether a name is that of a temporary file whose process is dead. */
  private static boolean isLeftBehind(String name, String start) {
    int count = name.lastIndexOf('~');
    if (!name.startsWith(start) || !name.endsWith(END) || count < 0) {
      return false;
    }
    int owner = count;
    for (int part = 0; part < 4; part++) {
      owner = owner <= 0 ? -1 : name.lastIndexOf('~', owner - 1);
    }
    return owner > 0 && ProcessId.parse(name.substring(owner + 1, count)).isGone();
  }
}
