package org.espalier.launch;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Starts Espalier once more where this JVM lacks what training needs. */
public final class Launcher {
  /** Set to 1, nothing is started a second time. */
  static final String OFF = "ESPALIER_NO_RELAUNCH";

  /** Set in the second JVM to the process number of the first: what is missing now stays so. */
  static final String PARENT = "ESPALIER_PARENT";

  /** As a shell reports a process that SIGTERM ended. */
  private static final int ENDED = 143;

  private Launcher() {}

  /**
   * Runs a main class in a second JVM, with the standard streams of this one.
   *
   * @return its exit code; empty if this JVM has all that it needs
   */
  public static Optional<Integer> tryRun(Class<?> main, String[] arguments)
      throws IOException, InterruptedException {
    Map<String, String> environment = System.getenv();
    if ("1".equals(environment.get(OFF)) || environment.containsKey(PARENT)) {
      return Optional.empty();
    }
    List<String> given = ManagementFactory.getRuntimeMXBean().getInputArguments();
    if (given.stream().anyMatch(flag -> flag.startsWith("-agentlib:jdwp"))) {
      return Optional.empty(); // a debugger wants the process that does the work
    }
    LaunchPlan plan =
        LaunchPlan.missing(
            environment,
            given,
            Runtime.version().feature(),
            System.getProperty("os.name").equals("Linux"));
    return plan.isEmpty() ? Optional.empty() : Optional.of(run(plan, given, main, arguments));
  }

  /** On the second JVM: ends it when the first is gone, even if that was killed. */
  public static void followParent() {
    String parent = System.getenv().getOrDefault(PARENT, "");
    if (parent.matches("\\d{1,18}")) {
      ProcessHandle.of(Long.parseLong(parent)).ifPresent(Launcher::follow);
    }
  }

  private static void follow(ProcessHandle parent) {
    Thread thread =
        new Thread(
            () -> {
              parent.onExit().join();
              System.exit(ENDED);
            },
            "follow-parent");
    thread.setDaemon(true);
    thread.start();
  }

  private static int run(LaunchPlan plan, List<String> given, Class<?> main, String[] arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(plan.flags());
    command.addAll(given);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().putAll(plan.environment());
    builder.environment().put(PARENT, Long.toString(ProcessHandle.current().pid()));
    Process child = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(child), "end-child"));
    return child.waitFor();
  }

  /**
   * Passes on that this JVM is asked to end. The child may write a checkpoint first, so it is
   * waited for, and its exit code is ours.
   */
  private static void end(Process child) {
    if (child.isAlive()) {
      child.destroy();
      try {
        Runtime.getRuntime().halt(child.waitFor());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
