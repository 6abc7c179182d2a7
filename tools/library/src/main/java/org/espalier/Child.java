package org.espalier;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.espalier.framework.files.AtomicFiles;
import org.espalier.framework.files.Json;
import org.espalier.launch.Launcher;

/** A process that makes tasks for this one. */
final class Child {
  /** Longest that a process which was told to end is waited for: it may keep a large state. */
  private static final long PATIENCE_SECONDS = 60;

  private static final int TRIES = 5;

  /** Exit codes of one that was told to end: by the last task, Ctrl-C or SIGTERM. */
  private static final Set<Integer> TOLD = Set.of(0, 130, 143);

  private final Process process;
  private final Path log;
  private final Writer tasks;
  private final BufferedReader events;

  private Child(Process process, Path log) {
    this.process = process;
    this.log = log;
    tasks = process.outputWriter(StandardCharsets.UTF_8);
    events = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts a JVM like this one, with the environment that training needs.
   *
   * @param settings what {@link ChildMain} is told once
   * @param log where its standard error goes
   */
  static Child start(Map<String, ?> settings, Path log) {
    List<String> flags =
        List.of(
            // What the JVM says when it crashes must not stand between the answers.
            "-XX:+DisplayVMOutputToStderr", "-XX:ErrorFile=" + log.toAbsolutePath() + ".crash");
    try {
      create(log);
      ProcessBuilder jvm =
          Launcher.jvm(ChildMain.class, flags, List.of())
              .redirectError(Redirect.appendTo(log.toFile()));
      Child child = new Child(jvm.start(), log);
      child.say(settings);
      return child;
    } catch (IOException e) {
      throw new UncheckedIOException("a child process cannot be started: " + e.getMessage(), e);
    }
  }

  private static void create(Path log) throws IOException {
    for (int left = TRIES; ; left--) {
      Files.createDirectories(log.getParent());
      try {
        Files.createFile(log);
        return;
      } catch (NoSuchFileException e) { // another process took the empty folder back
        if (left == 0) {
          throw e;
        }
      }
    }
  }

  /** Where its standard error goes. */
  Path log() {
    return log;
  }

  /** Gives it a task; false if it is dead. */
  boolean say(Map<String, ?> line) {
    try {
      tasks.write(new String(Json.line(line), StandardCharsets.UTF_8));
      tasks.write('\n');
      tasks.flush();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** What it says next; null if it is dead. */
  JsonNode hear() {
    try {
      for (String line = events.readLine(); line != null; line = events.readLine()) {
        JsonNode said = parse(line);
        if (Job.isEvent(said)) {
          return said;
        }
      }
      return null;
    } catch (IOException e) {
      return null;
    }
  }

  /** What is no JSON is half a line of a process that died, or was printed by some C library. */
  private static JsonNode parse(String line) {
    try {
      return Json.parse(line.getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      return Json.tree(null);
    }
  }

  /** Asks it to keep the state of what it makes, and to stop. */
  void stop() {
    process.toHandle().destroy(); // not Process.destroy, which hears no answer any more
  }

  /** The same, and hears it no more. */
  void abandon() {
    process.destroy();
  }

  /** Tells it that there are no more tasks: it ends by itself when it has made its last. */
  void dismiss() {
    try {
      tasks.close();
    } catch (IOException e) {
      abandon(); // it is dead already, or about to be
    }
  }

  /**
   * Waits for its end, and ends it if it takes too long. Nothing of it is left then.
   *
   * @return how it ended, in words
   */
  String end() {
    boolean interrupted = false;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      try {
        if (!process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          process.destroyForcibly().waitFor();
        }
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    int code = process.exitValue();
    if (TOLD.contains(code)) {
      deleteEmptyLog();
    }
    return code > 128 ? "was ended by signal " + (code - 128) : "ended with code " + code;
  }

  private void deleteEmptyLog() {
    try {
      if (Files.size(log) == 0) {
        Files.delete(log);
        AtomicFiles.deleteEmpty(List.of(log.getParent()));
      }
    } catch (IOException e) {
      return; // it may as well stay
    }
  }
}
