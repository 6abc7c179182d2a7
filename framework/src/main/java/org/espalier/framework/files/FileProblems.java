package org.espalier.framework.files;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.zip.ZipException;
import org.espalier.graphs.BadInputException;

/** Turns what went wrong with a file into one clear line. */
public final class FileProblems {
  private FileProblems() {}

  /** What is wrong; where nothing says it better, in the words of the operating system. */
  public static String reason(IOException cause) {
    if (cause instanceof NoSuchFileException) {
      return "no such file";
    }
    if (cause instanceof EOFException) {
      return "a file that ends early (truncated)";
    }
    if (cause instanceof ZipException) {
      return "damaged gzip data (" + cause.getMessage() + ")";
    }
    if (cause instanceof AccessDeniedException) {
      return "Permission denied";
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
    if (cause instanceof FileSystemException f && f.getReason() != null) {
      return f.getReason();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  /** The file could not be written. */
  public static UncheckedIOException writing(Path target, IOException cause) {
    return new UncheckedIOException(
        String.format(Locale.ROOT, "%s: cannot be written: %s", target, reason(cause)), cause);
  }

  /**
   * The file could not be read.
   *
   * @param expected what it should be, for example "a safetensors file"
   */
  public static BadInputException reading(Path file, String expected, IOException cause) {
    return reading(file.toString(), expected, cause);
  }

  /**
   * The same for what has no path.
   *
   * @param file its name or address
   */
  public static BadInputException reading(String file, String expected, IOException cause) {
    boolean names =
        cause instanceof NoSuchFileException
            || cause instanceof EOFException
            || cause instanceof ZipException;
    String found = names ? reason(cause) : isFolder(cause, file) ? "a folder" : unread(cause, file);
    return new BadInputException(
        String.format(Locale.ROOT, "%s: expected %s, found %s", file, expected, found), cause);
  }

  /** A folder can be opened as a file, and then not be read. */
  private static boolean isFolder(IOException cause, String file) {
    return "Is a directory".equals(cause.getMessage()) && isA(file, Files::isDirectory);
  }

  private static String unread(IOException cause, String file) {
    return cause instanceof NotDirectoryException && isA(file, Files::isRegularFile)
        ? "a file"
        : "a file that cannot be read (" + reason(cause) + ")";
  }

  private static boolean isA(String file, Predicate<Path> kind) {
    try {
      return kind.test(Path.of(file));
    } catch (InvalidPathException e) {
      return false; // an address
    }
  }
}
