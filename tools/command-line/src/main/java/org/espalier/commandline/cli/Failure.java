package org.espalier.commandline.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.espalier.framework.experiments.PlanFailedException;
import org.espalier.framework.sessions.MemoryException;
import org.espalier.framework.training.DivergedException;
import org.espalier.framework.training.StoppedException;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.UsageException;

/**
 * How a command failed, for a person and for a script.
 *
 * @param exitCode 2 for wrong use, 3 for bad input, 4 if the machine refuses (a full disk, no
 *     memory, missing rights, no network), 143 if asked to stop, 1 for anything else
 * @param message one line
 */
public record Failure(int exitCode, String message) {
  /** The exceptions of TensorFlow have no class in common. */
  private static final String TENSORFLOW = "org.tensorflow.exceptions";

  static final int OTHER = 1;

  /** As a shell reports a process that SIGTERM ended. */
  static final int STOPPED = 143;

  /** As a shell reports a process that wrote to a pipe that nobody reads on. */
  static final int UNREAD = 141;

  static final int WRONG_USE = 2;
  static final int BAD_INPUT = 3;
  static final int REFUSED = 4;

  /** What JavaCPP and Java say of memory that is not of the heap. */
  private static final List<String> NATIVE =
      List.of("physical memory", "native", "direct buffer", "cannot reserve", "bad_alloc");

  /** What systems say when there is nothing wrong with the request. */
  private static final List<String> REFUSALS =
      List.of(
          "no space left",
          "quota exceeded",
          "read-only file system",
          "permission denied",
          "operation not permitted",
          "too many open files",
          "input/output error");

  public Failure {
    message = message.strip().lines().map(String::strip).collect(Collectors.joining(" "));
  }

  /** What an exception means. */
  public static Failure of(Throwable thrown) {
    Throwable cause = unwrap(thrown);
    if (cause instanceof StandardOutput.LostOutput) {
      return new Failure(REFUSED, words(cause));
    }
    int ofFiles = isRefused(cause) ? REFUSED : BAD_INPUT;
    if (saysItself(cause)) {
      return new Failure(ofFiles, words(cause));
    }
    if (cause instanceof UsageException) {
      return new Failure(WRONG_USE, words(cause));
    }
    if (cause instanceof BadInputException) {
      return new Failure(ofFiles, words(cause));
    }
    if (cause instanceof FileSystemException failed) {
      return new Failure(ofFiles, file(failed));
    }
    if (cause instanceof IOException failed) {
      return new Failure(ofFiles, io(failed));
    }
    if (cause instanceof StoppedException) {
      return new Failure(STOPPED, words(cause) + "; the same command goes on from there");
    }
    if (cause instanceof MemoryException) {
      return new Failure(REFUSED, words(cause));
    }
    if (cause instanceof OutOfMemoryError) {
      return new Failure(REFUSED, memory(words(cause)));
    }
    return new Failure(OTHER, other(cause));
  }

  /** Whether the machine does not let us do what is right in itself. */
  private static boolean isRefused(Throwable thrown) {
    for (Throwable at = thrown; at != null; at = at.getCause()) {
      String words = String.valueOf(at.getMessage()).toLowerCase(Locale.ROOT);
      if (at instanceof AccessDeniedException
          || at instanceof SocketException
          || at instanceof UnknownHostException
          || at instanceof HttpConnectTimeoutException
          || (at instanceof IOException && REFUSALS.stream().anyMatch(words::contains))) {
        return true;
      }
    }
    return false;
  }

  /** The cause beneath wrappers that say nothing themselves. */
  private static Throwable unwrap(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null
        && !saysItself(cause)
        && (cause instanceof UncheckedIOException
            || cause instanceof ExecutionException
            || cause instanceof CompletionException
            || cause instanceof ExceptionInInitializerError)) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Whether a failure of a file was given words of its own, with the name that the user knows. */
  private static boolean saysItself(Throwable thrown) {
    return thrown instanceof UncheckedIOException failed
        && !String.valueOf(failed.getCause()).equals(failed.getMessage());
  }

  private static String file(FileSystemException failed) {
    String name = String.valueOf(failed.getFile());
    if (failed instanceof NoSuchFileException) {
      return name + ": expected a file or folder, found none";
    }
    if (failed instanceof AccessDeniedException) {
      return name + ": expected access to it, found that permission is denied";
    }
    if (failed instanceof FileAlreadyExistsException) {
      return name + ": expected no file of that name, found one";
    }
    if (failed instanceof DirectoryNotEmptyException) {
      return name + ": expected an empty folder, found files in it";
    }
    if (failed instanceof NotDirectoryException) {
      return name + ": expected a folder, found something else";
    }
    String reason = failed.getReason() == null ? "the file system refused" : failed.getReason();
    return name + ": " + diskFull(reason);
  }

  private static String io(IOException failed) {
    String words = words(failed);
    if (failed instanceof JsonProcessingException json) {
      String place = json.getLocation() == null ? "" : "line " + json.getLocation().getLineNr();
      return (place.isEmpty() ? "" : place + ": ")
          + "expected JSON, found: "
          + json.getOriginalMessage();
    }
    if (failed instanceof EOFException) {
      return "expected more data, found the end of the file" + detail(failed);
    }
    if (failed instanceof CharacterCodingException) {
      return "expected text in UTF-8, found other bytes";
    }
    if (failed instanceof UnknownHostException) {
      return "expected to reach " + failed.getMessage() + " on the network, found no such host";
    }
    return diskFull(words);
  }

  private static String detail(Throwable thrown) {
    return thrown.getMessage() == null ? "" : " (" + thrown.getMessage() + ")";
  }

  private static String diskFull(String reason) {
    return reason.toLowerCase(Locale.ROOT).contains("no space left")
        ? "expected room on the disk, found it full (" + reason + ")"
        : reason;
  }

  /** Java has several memories, and says which one is full. */
  private static String memory(String which) {
    String words = which.toLowerCase(Locale.ROOT);
    if (words.contains("thread")) {
      return "out of threads ("
          + which
          + "); fewer --threads or --jobs need less, 'ulimit -u' says how many are allowed";
    }
    if (NATIVE.stream().anyMatch(words::contains)) {
      return "out of memory outside the Java heap ("
          + which
          + "); a smaller batch, fewer or smaller images, or fewer jobs at once need less";
    }
    return String.format(
        Locale.ROOT,
        "out of memory with a Java heap of %d MiB (%s); a smaller batch or fewer images need less,"
            + " JAVA_TOOL_OPTIONS=-Xmx… gives more",
        Runtime.getRuntime().maxMemory() >> 20,
        which);
  }

  private static String other(Throwable cause) {
    if (cause.getClass().getPackageName().equals(TENSORFLOW)) {
      return "TensorFlow: " + words(cause);
    }
    if (cause instanceof DivergedException
        || cause instanceof PlanFailedException
        || cause instanceof Unsuccessful) {
      return words(cause);
    }
    if (cause instanceof UnsatisfiedLinkError || cause instanceof NoClassDefFoundError) {
      return "a library cannot be loaded on this machine: " + words(cause);
    }
    String kind = cause.getClass().getSimpleName();
    return "unexpected " + kind + detail(cause) + "; --debug shows where";
  }

  private static String words(Throwable thrown) {
    return thrown.getMessage() == null ? thrown.getClass().getSimpleName() : thrown.getMessage();
  }
}
