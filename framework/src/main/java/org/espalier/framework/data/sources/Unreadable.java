package org.espalier.framework.data.sources;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.zip.ZipException;
import org.espalier.graphs.BadInputException;

/** Turns what went wrong while reading a data file into one clear line. */
final class Unreadable {
  private Unreadable() {}

  /**
   * @param expected what the file should be, for example "an IDX file of 3 dimensions"
   */
  static BadInputException because(String file, String expected, IOException cause) {
    String found;
    if (cause instanceof NoSuchFileException) {
      found = "no such file";
    } else if (cause instanceof AccessDeniedException) {
      found = "a file that may not be read (permission denied)";
    } else if (cause instanceof EOFException) {
      found = "a file that ends early (truncated)";
    } else if (cause instanceof ZipException) {
      found = "damaged gzip data (" + cause.getMessage() + ")";
    } else {
      found = "a file that cannot be read (" + cause.getMessage() + ")";
    }
    return new BadInputException(
        "%s: expected %s, found %s".formatted(file, expected, found), cause);
  }
}
