package org.espalier.fuzz;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A long run of mutants, by hand. They are tried in processes that may die of them; which one it
 * was is known, because each is announced before it is tried.
 *
 * <pre>Fuzz FIRST COUNT [EVERY USUAL DEEPEST]</pre>
 *
 * <p>tries so many from a number on, each to the usual {@link Depth}, every so manieth to the
 * deepest. Faults are printed as they are found, counts at the end; {@code docs/testing.md} has the
 * command.
 */
final class Fuzz {
  /** The heap: what a mutant may need, and what Java, TensorFlow and the corpus take. */
  private static final String HEAP = "-Xmx400m";

  private static final long PATIENCE_SECONDS = 2 * Trial.LONG.toSeconds();

  /** Until the first is tried. */
  private static final long START_SECONDS = 600;

  private final long end;
  private final List<String> how;
  private final Path work;
  private final PrintStream out;
  private final Map<String, Integer> counts = new TreeMap<>();
  private volatile Process child;
  private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();

  private Fuzz(long end, List<String> how, Path work, PrintStream out) {
    this.end = end;
    this.how = how;
    this.work = work;
    this.out = out;
  }

  public static void main(String[] args) throws IOException {
    if (args.length != 2 && args.length != 5) {
      System.err.println("Fuzz FIRST COUNT [EVERY USUAL DEEPEST]");
      System.exit(2);
    }
    long first = Long.parseLong(args[0]);
    long end = first + Long.parseLong(args[1]);
    List<String> how =
        args.length == 2
            ? List.of("10", Depth.PRUNE.name(), Depth.EXPORT.name())
            : List.of(args).subList(2, 5);
    Path work = Files.createTempDirectory("espalier-fuzz");
    Fuzz fuzz = new Fuzz(end, how, work, System.out);
    Runtime.getRuntime().addShutdownHook(new Thread(fuzz::end)); // also when it is interrupted
    fuzz.run(first);
    fuzz.watch.shutdown();
  }

  private void end() {
    if (child != null) {
      child.destroyForcibly();
    }
    counts.forEach((what, count) -> out.println(count + "\t" + what));
  }

  private void run(long first) throws IOException {
    for (long next = first; next < end; ) {
      next = child(next) + 1;
    }
  }

  /** Lets one process try all from a number on; returns the last one that it tried. */
  private long child(long first) throws IOException {
    Process process =
        new ProcessBuilder(command(first))
            .redirectError(ProcessBuilder.Redirect.appendTo(work.resolve("stderr").toFile()))
            .start();
    child = process;
    long trying = first - 1;
    boolean done = true;
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      ScheduledFuture<?> impatience = impatience(process, START_SECONDS);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        impatience.cancel(false);
        impatience = impatience(process, PATIENCE_SECONDS);
        if (line.equals("end")) {
          trying = end;
        } else if (line.startsWith("try ")) {
          trying = Long.parseLong(line.substring("try ".length()));
          done = false;
        } else if (line.startsWith("did ")) {
          done = true;
          count(line);
        }
      }
      impatience.cancel(false);
    }
    if (trying < first) {
      throw new IllegalStateException("no child starts; " + work.resolve("stderr") + " says why");
    }
    if (!done) {
      died(trying, process);
    }
    return trying;
  }

  private ScheduledFuture<?> impatience(Process process, long seconds) {
    return watch.schedule(process::destroyForcibly, seconds, TimeUnit.SECONDS);
  }

  private void count(String line) {
    String[] did = line.split(" ", 5); // did, how deep it was to go, where it ended, how, and words
    counts.merge("to " + did[1] + ": " + did[3] + " at " + did[2], 1, Integer::sum);
    if (!Outcome.valueOf(did[3]).isGood()) {
      out.println(did[4]);
    }
  }

  private void died(long number, Process process) {
    try {
      int code = process.waitFor();
      Outcome outcome = code == 137 ? Outcome.TOO_SLOW : Outcome.ABORTED;
      counts.merge(outcome.name(), 1, Integer::sum);
      out.println(
          String.format(
              Locale.ROOT,
              "%s (exit %d): %s",
              outcome,
              code,
              Mutant.of(number, SoundModel.corpus())));
      List<String> said = Files.readAllLines(work.resolve("stderr"), StandardCharsets.ISO_8859_1);
      said.subList(Math.max(0, said.size() - 3), said.size()).forEach(l -> out.println("  " + l));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> command(long first) {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                HEAP,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + work.resolve("hs_err.log"),
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-cp",
                System.getProperty("java.class.path"),
                FuzzChild.class.getName(),
                Long.toString(first),
                Long.toString(end)));
    command.addAll(how);
    command.add(work.resolve("models").toString());
    return command;
  }
}
