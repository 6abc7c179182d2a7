package org.espalier.framework.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.apache.commons.io.function.IOConsumer;

/**
 * Writes files and folders so that a reader never sees half of one: under a temporary name beside
 * the target, flushed to the disk, then moved into place. When anything fails, the temporary goes
 * and what was there before stays. Failures of the file system are {@link
 * java.io.UncheckedIOException}s of one line that names the file and the reason.
 */
public final class AtomicFiles {
  private static final int BUFFER = 1 << 16;
  private static final AtomicInteger COUNT = new AtomicInteger();

  private AtomicFiles() {}

  /** Writes or replaces a file. Folders above it are made. */
  public static void write(Path target, IOConsumer<OutputStream> content) {
    try {
      Path file = Files.isSymbolicLink(target) ? target.toRealPath() : target;
      if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
        // A device or a pipe cannot be replaced.
        try (OutputStream out = Files.newOutputStream(file)) {
          content.accept(out);
        }
        return;
      }
      makeFolder(folderOf(file));
      Path temporary = temporaryFor(file);
      try {
        writeFlushed(temporary, content);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
      flushFolder(folderOf(file));
    } catch (IOException e) {
      throw FileProblems.writing(target, e);
    }
  }

  /** Writes or replaces a text file, in UTF-8. */
  public static void writeText(Path target, String text) {
    write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * A new, empty folder beside the target, hidden, to be filled and handed to {@link
   * #replaceFolder}.
   */
  public static Path temporaryFolder(Path target) {
    try {
      makeFolder(folderOf(target));
      return Files.createDirectory(temporaryFor(target));
    } catch (IOException e) {
      throw FileProblems.writing(target, e);
    }
  }

  /**
   * Moves a filled folder into the place of another, which may exist or not. On failure the
   * temporary folder is removed and the old one stays.
   *
   * @param temporary on the same file system as the target; see {@link #temporaryFolder}
   */
  public static void replaceFolder(Path temporary, Path target) {
    place(temporary, target, Files.isDirectory(target));
  }

  /** The same, but fails if there is something at the target already. */
  public static void newFolder(Path temporary, Path target) {
    place(temporary, target, false);
  }

  private static void place(Path temporary, Path target, boolean replaces) {
    try {
      try {
        flushAll(temporary);
        makeFolder(folderOf(target));
        if (replaces) {
          swap(temporary, target);
        } else {
          Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        }
      } finally {
        deleteFolder(temporary);
      }
      flushFolder(folderOf(target));
    } catch (IOException e) {
      throw FileProblems.writing(target, e);
    }
  }

  /** Removes a folder and all that is in it, if it is there. */
  public static void deleteFolder(Path folder) {
    try {
      if (Files.exists(folder)) {
        PathUtils.deleteDirectory(folder);
      }
    } catch (IOException e) {
      throw FileProblems.writing(folder, e);
    }
  }

  /** Removes a folder if nothing is in it. */
  public static void deleteIfEmpty(Path folder) {
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      return;
    } catch (IOException e) {
      throw FileProblems.writing(folder, e);
    }
  }

  private static void swap(Path temporary, Path target) throws IOException {
    Path old = temporaryFor(target);
    Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
    try {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
      throw e;
    }
    PathUtils.deleteDirectory(old);
  }

  private static void writeFlushed(Path file, IOConsumer<OutputStream> content) throws IOException {
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER)) {
      content.accept(out);
      out.flush();
      channel.force(true);
    }
  }

  private static Path folderOf(Path file) {
    return file.toAbsolutePath().normalize().getParent();
  }

  /** Not Java's own temporary files: those only their owner may read. */
  private static Path temporaryFor(Path target) {
    String name =
        ".%s.%d-%d.tmp"
            .formatted(
                target.toAbsolutePath().normalize().getFileName(),
                ProcessHandle.current().pid(),
                COUNT.incrementAndGet());
    return folderOf(target).resolve(name);
  }

  private static void makeFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) { // also true of a link to a folder
      Files.createDirectories(folder);
    }
  }

  private static void flushAll(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
  }

  /** Makes the move itself last. Not every system can; then the move is as good as it gets. */
  private static void flushFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      return;
    }
  }
}
