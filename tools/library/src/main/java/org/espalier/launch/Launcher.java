package org.espalier.launch;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Starts JVMs like this one, with what training needs: once more where this one lacks it. */
public final class Launcher {
  /** Set to 1, nothing is started a second time. */
  static final String OFF = "ESPALIER_NO_RELAUNCH";

  /** Set in the second JVM to the process number of the first: what is missing now stays so. */
  static final String PARENT = "ESPALIER_PARENT";

  /** As a shell reports a process that SIGTERM ended. */
  private static final int ENDED = 143;

  private Launcher() {}

  private static boolean isDebugger(String flag) {
    return flag.startsWith("-agentlib:jdwp") || flag.startsWith("-Xrunjdwp");
  }

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
    if (flags().stream().anyMatch(Launcher::isDebugger)) {
      return Optional.empty(); // a debugger wants the process that does the work
    }
    return missing().isEmpty() ? Optional.empty() : Optional.of(run(main, arguments));
  }

  /**
   * A JVM like this one, with what training needs, not started yet. It can {@linkplain
   * #followParent follow} this one.
   *
   * @param more flags of the JVM
   */
  public static ProcessBuilder jvm(Class<?> main, List<String> more, List<String> arguments) {
    LaunchPlan plan = missing();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(plan.flags());
    flags().stream().filter(flag -> !isDebugger(flag)).forEach(command::add);
    command.addAll(more);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(plan.environment());
    builder.environment().put(PARENT, Long.toString(ProcessHandle.current().pid()));
    return builder;
  }

  private static List<String> flags() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments();
  }

  private static LaunchPlan missing() {
    return LaunchPlan.missing(
        System.getenv(),
        flags(),
        Runtime.version().feature(),
        System.getProperty("os.name").equals("Linux"));
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

  private static int run(Class<?> main, String[] arguments)
      throws IOException, InterruptedException {
    Process child = jvm(main, List.of(), List.of(arguments)).inheritIO().start();
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
