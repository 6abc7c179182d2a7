package org.espalier.framework.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
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
      if (Temporaries.isOne(folderOf(file)) && Files.notExists(file)) {
        writeUnseen(file, content);
        return;
      }
      Temporaries.sweepFor(file);
      Path temporary = Temporaries.pathFor(file);
      try {
        write(temporary, content, true);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
      flushFolder(folderOf(file));
    } catch (IOException e) {
      throw FileProblems.writing(target, e);
    }
  }

  /**
   * Lets a path lead to a folder, where the file system has such links. A link that is there leads
   * to it from now on; anything else that is there stays.
   */
  public static void link(Path link, Path target) {
    Path from = link.toAbsolutePath().normalize();
    Path relative = from.getParent().relativize(target.toAbsolutePath().normalize());
    try {
      if (Files.isSymbolicLink(from)) {
        if (Files.readSymbolicLink(from).equals(relative)) {
          return;
        }
        Files.delete(from);
      }
      if (!Files.exists(from)) {
        makeFolder(from.getParent());
        Files.createSymbolicLink(from, relative);
      }
    } catch (UnsupportedOperationException | IOException e) {
      return; // a convenience only: whatever reads the target knows where it is
    }
  }

  /** Where a path leads, links followed, as far as it exists. */
  public static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize();
    }
  }

  /** Writes or replaces a text file, in UTF-8. */
  public static void writeText(Path target, String text) {
    write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * A new, empty folder beside the target, hidden, to be filled and handed to {@link
   * #replaceFolder} or {@link #newFolder}.
   */
  public static Path temporaryFolder(Path target) {
    try {
      makeFolder(folderOf(target));
      Temporaries.sweepFor(target);
      return Files.createDirectory(Temporaries.pathFor(target));
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

  /**
   * Makes a folder and those above it.
   *
   * @return those that were not there, the innermost first
   */
  public static List<Path> makeFolders(Path folder) {
    List<Path> made = new ArrayList<>();
    for (Path at = folder.toAbsolutePath();
        at != null && Files.notExists(at);
        at = at.getParent()) {
      made.add(at);
    }
    try {
      makeFolder(folder);
    } catch (IOException e) {
      deleteEmpty(made);
      throw FileProblems.writing(folder, e);
    }
    return made;
  }

  /** Removes folders as long as nothing is in them, the first one first. */
  public static void deleteEmpty(List<Path> folders) {
    try {
      for (Path folder : folders) {
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      return; // something is in it, or cannot be known to be
    }
  }

  /**
   * Removes what processes left half-written in a folder when they died: their temporary files and
   * folders, and nothing else. What cannot be removed stays.
   */
  public static void sweep(Path folder) {
    Temporaries.sweep(folder);
  }

  private static void swap(Path temporary, Path target) throws IOException {
    Path old = Temporaries.pathFor(target);
    Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
    try {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
      throw e;
    }
    PathUtils.deleteDirectory(old);
  }

  /** Into a folder that is temporary itself: nobody looks there, and {@link #place} flushes all. */
  private static void writeUnseen(Path file, IOConsumer<OutputStream> content) throws IOException {
    boolean whole = false;
    try {
      write(file, content, false);
      whole = true;
    } finally {
      if (!whole) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void write(Path file, IOConsumer<OutputStream> content, boolean flushed)
      throws IOException {
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER)) {
      content.accept(out);
      out.flush();
      if (flushed) {
        channel.force(true);
      }
    }
  }

  private static Path folderOf(Path file) {
    return file.toAbsolutePath().normalize().getParent();
  }

  private static void makeFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) { // also true of a link to a folder
      Files.createDirectories(folder);
    }
  }

  private static void flushAll(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(folder)) {
      all = walk.toList();
    }
    for (Path path : all) {
      if (Files.isDirectory(path)) {
        flushFolder(path);
      } else if (Files.isRegularFile(path)) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
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
