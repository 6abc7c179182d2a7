package org.espalier.commandline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.espalier.framework.sessions.MemoryException;
import org.espalier.graphs.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.TensorFlow;
import org.tensorflow.exceptions.TFInvalidArgumentException;

class FailureTest {
  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new AccessDeniedException("f"), 4, "f: expected access"),
        Arguments.of(new FileAlreadyExistsException("f"), 3, "f: expected no file"),
        Arguments.of(new DirectoryNotEmptyException("f"), 3, "f: expected an empty folder"),
        Arguments.of(new NotDirectoryException("f"), 3, "f: expected a folder"),
        Arguments.of(
            new FileSystemException("f", null, "No space left on device"),
            4,
            "f: expected room on the disk, found it full"),
        Arguments.of(new IOException("No space left on device"), 4, "expected room on the disk"),
        Arguments.of(new EOFException(), 3, "expected more data, found the end"),
        Arguments.of(new IOException("Connection reset"), 3, "Connection reset"),
        Arguments.of(new ExecutionException(new BadInputException("g")), 3, "g"),
        Arguments.of(new TFInvalidArgumentException("shape\nmore"), 1, "TensorFlow: shape more"),
        Arguments.of(new MemoryException("out of memory: m", null), 4, "out of memory: m"),
        Arguments.of(
            new ExecutionException(new OutOfMemoryError("Java heap space")),
            4,
            "out of memory with a Java heap of"),
        Arguments.of(
            new OutOfMemoryError("Physical memory usage is too high"),
            4,
            "out of memory outside the Java heap (Physical"),
        Arguments.of(
            new OutOfMemoryError("unable to create native thread: possibly out of memory"),
            4,
            "out of threads ("),
        Arguments.of(new UnsatisfiedLinkError("libx"), 1, "a library cannot be loaded"),
        Arguments.of(new NullPointerException(), 1, "unexpected NullPointerException; --debug"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void everyFailureIsOneLineAndACode(Throwable thrown, int code, String start) {
    Failure failure = Failure.of(thrown);
    assertThat(failure.exitCode()).isEqualTo(code);
    assertThat(failure.message()).startsWith(start).doesNotContain("\n");
  }

  @Test
  void theVersionInThePomIsThatOfTheLibrary() {
    assertThat(TensorFlow.version()).isEqualTo(Versions.read().tensorflow());
  }
}
