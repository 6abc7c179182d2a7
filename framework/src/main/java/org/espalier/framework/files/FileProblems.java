package org.espalier.framework.files;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.espalier.graphs.BadInputException;

/** Turns what went wrong with a file into one clear line. */
public final class FileProblems {
  private FileProblems() {}

  /** Why the operating system refused, in its own words: "No space left on device" … */
  public static String reason(IOException cause) {
    if (cause instanceof AccessDeniedException) {
      return "Permission denied";
    }
    if (cause instanceof NoSuchFileException) {
      return "No such file or folder";
    }
    if (cause instanceof DirectoryNotEmptyException) {
      return "Folder is not empty";
    }
    if (cause instanceof NotDirectoryException) {
      return "Not a folder";
    }
    if (cause instanceof FileAlreadyExistsException) {
      return "A file of that name is in the way";
    }
    if (cause instanceof EOFException) {
      return "The file ends early (truncated)";
    }
    if (cause instanceof FileSystemException f && f.getReason() != null) {
      return f.getReason();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  /** The file could not be written. */
  public static UncheckedIOException writing(Path target, IOException cause) {
    return new UncheckedIOException(
        "%s: cannot be written: %s".formatted(target, reason(cause)), cause);
  }

  /**
   * The file could not be read.
   *
   * @param expected what it should be, for example "a safetensors file"
   */
  static BadInputException reading(Path file, String expected, IOException cause) {
    return new BadInputException(
        "%s: expected %s, found: %s".formatted(file, expected, reason(cause)), cause);
  }
}
