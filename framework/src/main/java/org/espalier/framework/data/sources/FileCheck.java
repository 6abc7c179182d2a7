package org.espalier.framework.data.sources;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.espalier.graphs.BadInputException;

/**
 * What a look at one data file showed.
 *
 * @param file its path, or its name if it travels in the jar
 * @param detail one line: what was found, and what was expected if that differs
 */
public record FileCheck(String file, Status status, String detail) {
  /** From best to worst. */
  public enum Status {
    /** The published file: the checksum is right. */
    PUBLISHED,
    /** In the right format, but not the published file. It can be used. */
    DIFFERENT,
    /** Not in its format, or not readable. */
    BROKEN,
    /** Not there. */
    MISSING
  }

  /** True for the published file. */
  public boolean isPublished() {
    return status == Status.PUBLISHED;
  }

  /** True if the data set can be loaded as far as this file goes. */
  public boolean isUsable() {
    return status == Status.PUBLISHED || status == Status.DIFFERENT;
  }

  /**
   * Looks at one file.
   *
   * @param sha256 of the published content, unzipped
   * @param parse reads the file and throws {@link BadInputException} if it is not in its format
   */
  static FileCheck of(Path file, String sha256, Runnable parse) {
    if (Files.notExists(file)) {
      return new FileCheck(file.toString(), Status.MISSING, "no such file");
    }
    try {
      parse.run();
      String found = Checksums.ofContent(file);
      return found.equals(sha256)
          ? new FileCheck(file.toString(), Status.PUBLISHED, "SHA-256 " + found)
          : new FileCheck(
              file.toString(),
              Status.DIFFERENT,
              "right format; expected SHA-256 " + sha256 + ", found " + found);
    } catch (BadInputException e) {
      return new FileCheck(file.toString(), Status.BROKEN, e.getMessage());
    } catch (IOException e) {
      return new FileCheck(file.toString(), Status.BROKEN, "cannot be read: " + e.getMessage());
    }
  }
}
