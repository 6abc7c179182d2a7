package org.espalier.framework.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A folder under a name that TensorFlow takes for what it is: where it looks for a checkpoint it
 * reads {@code * ? [} and the backslash as a pattern. Such a folder gets a link with another name
 * for as long as this is open.
 */
public final class PlainPath implements AutoCloseable {
  private static final Pattern PATTERN = Pattern.compile("[*?\\[\\\\]");

  private final Path path;
  private final boolean linked;

  private PlainPath(Path path, boolean linked) {
    this.path = path;
    this.linked = linked;
  }

  /** The folder itself where its name is plain, or where there are no links. */
  public static PlainPath of(Path folder) {
    if (!PATTERN.matcher(folder.toString()).find()) {
      return new PlainPath(folder, false);
    }
    try {
      Path place = Files.createTempDirectory("espalier");
      return new PlainPath(
          Files.createSymbolicLink(place.resolve("model"), folder.toAbsolutePath()), true);
    } catch (IOException | UnsupportedOperationException e) {
      return new PlainPath(folder, false); // TensorFlow then says what it says
    }
  }

  public Path path() {
    return path;
  }

  @Override
  public void close() {
    if (linked) {
      try {
        Files.deleteIfExists(path);
        Files.deleteIfExists(path.getParent());
      } catch (IOException e) {
        // a link of some bytes is left in the folder for temporary files
      }
    }
  }
}
