package org.espalier.framework.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FileProblemsTest {
  private static final Path FILE = Path.of("folder/file");

  static Stream<Arguments> whatIsFound() {
    return Stream.of(
        arguments(new NoSuchFileException("f"), "no such file"),
        arguments(new EOFException("Unexpected end"), "a file that ends early (truncated)"),
        arguments(new ZipException("invalid code"), "damaged gzip data (invalid code)"));
  }

  static Stream<Arguments> whyNot() {
    return Stream.of(
        arguments(new AccessDeniedException("f"), "Permission denied"),
        arguments(new DirectoryNotEmptyException("f"), "Folder is not empty"),
        arguments(new NotDirectoryException("f"), "Not a folder"),
        arguments(new FileAlreadyExistsException("f"), "A file of that name is in the way"),
        arguments(
            new FileSystemException("f", null, "Read-only file system"), "Read-only file system"),
        arguments(new IOException("No space left on device"), "No space left on device"),
        arguments(new IOException(), "IOException"));
  }

  @ParameterizedTest
  @MethodSource("whatIsFound")
  void whatIsFoundIsNamed(IOException cause, String words) {
    assertReading(cause, words);
    assertWriting(cause, words);
  }

  @ParameterizedTest
  @MethodSource("whyNot")
  void whyAFileCannotBeReadOrWrittenIsSaid(IOException cause, String words) {
    assertReading(cause, "a file that cannot be read (" + words + ")");
    assertWriting(cause, words);
  }

  private static void assertReading(IOException cause, String found) {
    assertThat(FileProblems.reading(FILE, "a cut (JSON)", cause))
        .hasMessage(FILE + ": expected a cut (JSON), found " + found)
        .hasCause(cause);
    assertThat(FileProblems.reading("http://host/file", "a sum", cause))
        .hasMessage("http://host/file: expected a sum, found " + found)
        .hasCause(cause);
  }

  private static void assertWriting(IOException cause, String words) {
    assertThat(FileProblems.writing(FILE, cause))
        .hasMessage(FILE + ": cannot be written: " + words)
        .hasCause(cause);
  }
}
