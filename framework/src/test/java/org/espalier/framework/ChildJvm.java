package org.espalier.framework;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another process that runs a class of the tests; what it prints goes to a file. */
public final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final Path log;

  private ChildJvm(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  public static ChildJvm start(Class<?> main, Path log, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1"); // it lives for a moment
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new ChildJvm(process, log);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for its end; fails with what it printed if it does not end well. */
  public void join() throws Exception {
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new AssertionError("the child failed: " + log());
    }
  }

  /** Waits until it has made a file; fails with what it printed if it ends without. */
  public void awaitFile(Path file) throws Exception {
    for (int wait = 0; !Files.exists(file); wait++) {
      if (!isAlive() || wait > 6000) {
        throw new AssertionError("the child made no " + file + ": " + log());
      }
      Thread.sleep(10);
    }
  }

  /** What it printed so far. */
  public String log() throws IOException {
    return Files.readString(log);
  }

  /** Kills it, if it lives. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
