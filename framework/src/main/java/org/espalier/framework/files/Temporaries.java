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

  /** Whether a path has the name of a temporary file or folder, of a process that lives or not. */
  static boolean isOne(Path path) {
    return ownerAt(path.getFileName().toString()) > 0;
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
    int owner = ownerAt(name);
    return owner > 0
        && name.startsWith(start)
        && ProcessId.parse(name.substring(owner + 1, name.lastIndexOf('~'))).isGone();
  }

  /** Before which sign of a temporary's name its process stands; -1 if it is none. */
  private static int ownerAt(String name) {
    int owner = name.startsWith(".") && name.endsWith(END) ? name.lastIndexOf('~') : -1;
    for (int part = 0; part < 4; part++) {
      owner = owner <= 0 ? -1 : name.lastIndexOf('~', owner - 1);
    }
    return owner;
  }
}
