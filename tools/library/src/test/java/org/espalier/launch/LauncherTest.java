package org.espalier.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts real processes. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class LauncherTest {
  @TempDir Path folder;

  /** Says what it was started with; or sleeps, and takes its time to end. */
  static final class Main {
    public static void main(String[] arguments) throws Exception {
      Launcher.followParent();
      Optional<Integer> code = Launcher.tryRun(Main.class, arguments);
      code.ifPresent(System::exit);
      if (arguments.length > 1 && arguments[0].equals("sleep")) {
        System.setOut(new PrintStream(arguments[1], StandardCharsets.UTF_8));
      }
      if (arguments[0].equals("sleep")) {
        Runtime.getRuntime().addShutdownHook(new Thread(Main::checkpoint));
        System.out.println("ready " + ProcessHandle.current().pid());
        Thread.sleep(60_000);
      }
      System.out.println(String.join("|", arguments));
      System.out.println(System.getenv("GLIBC_TUNABLES"));
      System.out.println(System.getProperty("org.bytedeco.javacpp.maxPhysicalBytes"));
      System.out.println(System.getProperty("kept"));
      System.exit(7);
    }

    private static void checkpoint() {
      try {
        Thread.sleep(500);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      System.out.println("checkpoint written");
      Runtime.getRuntime().halt(5);
    }
  }

  private static Process start(Map<String, String> environment, String... arguments)
      throws IOException {
    return start(List.of(), environment, arguments);
  }

  private static Process start(
      List<String> flags, Map<String, String> environment, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-Dkept=yes", "-cp", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().remove("GLIBC_TUNABLES");
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static List<String> lines(Process process) throws IOException {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      return reader.lines().toList();
    }
  }

  @Test
  void theSecondJvmHasTheEnvironmentTheArgumentsAndGivesItsExitCode() throws Exception {
    Process process = start(Map.of(), "a b", "", "c\"d");
    List<String> lines = lines(process);
    assertThat(process.waitFor()).isEqualTo(7);
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0)).isEqualTo("a b||c\"d");
    if (System.getProperty("os.name").equals("Linux")) {
      assertThat(lines.get(1)).contains("glibc.malloc.hugetlb=1");
    }
    assertThat(lines.subList(2, 4)).containsExactly("0", "yes");
  }

  @Test
  void itCanBeSwitchedOff() throws Exception {
    Process process = start(Map.of(Launcher.OFF, "1"), "x");
    assertThat(lines(process)).containsExactly("x", "null", "null", "yes");
    assertThat(process.waitFor()).isEqualTo(7);
  }

  /** It would be asked to wait for a second debugger, or find the port taken. */
  @ParameterizedTest
  @ValueSource(strings = {"-agentlib:jdwp=", "-Xrunjdwp:"})
  void aDebuggerKeepsTheProcessThatItIsIn(String debugger) throws Exception {
    String flag = debugger + "transport=dt_socket,server=y,suspend=n,quiet=y";
    Process process = start(List.of(flag), Map.of(), "x");
    assertThat(lines(process)).containsExactly("x", "null", "null", "yes");
    assertThat(process.waitFor()).isEqualTo(7);
  }

  @Test
  void theChildIsAskedToEndAndWaitedFor() throws Exception {
    Process process = start(Map.of(), "sleep");
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(reader.readLine()).startsWith("ready ");
      process.toHandle().destroy(); // not Process.destroy, which closes our end of the pipe
      assertThat(reader.readLine()).isEqualTo("checkpoint written");
    }
    assertThat(process.waitFor()).isEqualTo(5);
  }

  @Test
  void theChildDoesNotOutliveAParentThatWasKilled() throws Exception {
    // To a file: Java closes the pipe of a process that has ended, though its child still writes.
    Path output = folder.resolve("output");
    Process process = start(Map.of(), "sleep", output.toString());
    String ready = awaitLine(output, "ready ");
    process.destroyForcibly();
    awaitLine(output, "checkpoint written");
    ProcessHandle.of(Long.parseLong(ready.substring(6))).ifPresent(child -> child.onExit().join());
  }

  private static String awaitLine(Path file, String start) throws Exception {
    while (true) {
      if (Files.exists(file)) {
        for (String line : Files.readAllLines(file)) {
          if (line.startsWith(start)) {
            return line;
          }
        }
      }
      Thread.sleep(50);
    }
  }
}
