package org.espalier.commandline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A command in a process of its own, as a shell starts it. */
public final class EspalierProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 180;

  private final Process process;
  private final Path out;
  private final Path err;

  private EspalierProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts a command in the JVM that trains, not in one that starts it.
   *
   * @param folder where it is typed; what it says goes to a file beside
   */
  public static EspalierProcess start(Path folder, String line) {
    return start(folder, List.of(), line);
  }

  /**
   * The same with more flags.
   *
   * @param flags of the JVM
   */
  public static EspalierProcess start(Path folder, List<String> flags, String line) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(line.strip().split("\\s+")));
    try {
      Path out = Files.createTempFile(folder.toAbsolutePath().getParent(), "command-", ".out");
      Path err = Path.of(out.toString().replaceAll("out$", "err"));
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().put("ESPALIER_NO_RELAUNCH", "1");
      builder.environment().remove("TF_CPP_MIN_LOG_LEVEL"); // a shell knows nothing of it
      return new EspalierProcess(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the end. */
  public UserOfEspalier.Outcome end() {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("it does not end; so far it says: " + Files.readString(err));
      }
      return new UserOfEspalier.Outcome(
          process.exitValue(), Files.readString(out), Files.readString(err));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Runs a command to its end. */
  public static UserOfEspalier.Outcome types(Path folder, String line) {
    try (EspalierProcess typed = start(folder, line)) {
      return typed.end();
    }
  }

  /** Whether it is over by then. */
  public boolean endsWithin(long millis) {
    try {
      return process.waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** Sends it a signal, by name. */
  public void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until it says something for people. */
  public void awaitWords(String words) {
    try {
      while (!Files.readString(err).contains(words)) {
        if (endsWithin(10)) {
          throw new AssertionError("it ended early: " + end());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for a file to appear. */
  public void awaitFile(Path file) {
    while (Files.notExists(file)) {
      if (endsWithin(10)) {
        throw new AssertionError("it ended early: " + end());
      }
    }
  }

  @Override
  public void close() {
    try (Stream<ProcessHandle> below = process.descendants()) {
      below.forEach(ProcessHandle::destroyForcibly);
    }
    process.destroyForcibly();
  }
}
