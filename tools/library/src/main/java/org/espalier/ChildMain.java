package org.espalier;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.experiments.Maker;
import org.espalier.framework.experiments.PlanWatcher;
import org.espalier.framework.experiments.Task;
import org.espalier.framework.files.Json;
import org.espalier.framework.runs.RunDescription;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.training.DivergedException;
import org.espalier.framework.training.Extent;
import org.espalier.framework.training.Measurement;
import org.espalier.framework.training.Step;
import org.espalier.framework.training.StoppedException;
import org.espalier.framework.training.Watcher;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.UsageException;
import org.espalier.launch.Home;
import org.espalier.launch.Launcher;
import org.espalier.launch.Stopping;

/**
 * A child process: makes the tasks that stand on its standard input, one a line, until there are no
 * more.
 */
final class ChildMain {
  /** How often steps are told. */
  private static final long EVERY_NANOS = 200_000_000;

  private final PrintStream answers;
  private final Stopping stopping;
  private final JsonNode settings;
  private Espalier espalier;

  private ChildMain(PrintStream answers, Stopping stopping, JsonNode settings) {
    this.answers = answers;
    this.stopping = stopping;
    this.settings = settings;
  }

  /** Started by {@link ProcessWorkers} alone. */
  public static void main(String[] arguments) {
    PrintStream answers =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err); // whatever else prints must not stand between the answers
    Home.ensure();
    Launcher.followParent();
    Stopping stopping = new Stopping();
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      String first = in.readLine();
      if (first != null) {
        JsonNode settings = Json.parse(first.getBytes(StandardCharsets.UTF_8));
        new ChildMain(answers, stopping, settings).serve(in);
      }
    } catch (Throwable e) {
      e.printStackTrace(); // worse than a failed task: out of memory, a library that is not there
      stopping.done();
      System.exit(1);
    }
    stopping.done();
    System.exit(0);
  }

  private void serve(BufferedReader in) throws IOException {
    for (String line = in.readLine(); line != null && !stopping.isAsked(); line = in.readLine()) {
      make(line);
    }
  }

  /** What makes tasks; built with the first one, which it fails if it cannot be. */
  private Espalier espalier() {
    if (espalier == null) {
      espalier = built();
    }
    return espalier;
  }

  private Espalier built() {
    Espalier.Builder builder = Espalier.builder();
    settings.path("kinds").forEach(kind -> builder.with(record(kind.asText())));
    return builder
        .build()
        .watcher(new Telling())
        .store(Path.of(settings.path("store").asText()))
        .machine(
            new Machine(
                settings.path("threads").asInt(),
                Machine.Device.valueOf(settings.path("device").asText())))
        .checkpointEvery(Step.parse(settings.path("checkpointEvery").asText()));
  }

  private static Class<? extends Record> record(String name) {
    try {
      return Class.forName(name).asSubclass(Record.class);
    } catch (ClassNotFoundException e) {
      throw new UsageException(
          name + ": expected a class that child processes find on the class path, found none");
    }
  }

  private void make(String line) {
    try {
      Task task = espalier().task(RunDescription.parse(line), "the parent's task");
      Optional<RunSummary> made = new Maker(espalier().workshop()).tryMake(task);
      answer(made.isPresent() ? Job.Event.MADE : Job.Event.BUSY, Map.of());
    } catch (StoppedException e) {
      answer(Job.Event.STOPPED, Map.of("text", e.getMessage()));
    } catch (UsageException | BadInputException | DivergedException e) {
      answer(Job.Event.REFUSED, Job.refusal(e));
    } catch (RuntimeException e) {
      e.printStackTrace();
      answer(Job.Event.FAILED, Map.of("text", String.valueOf(e.getMessage())));
    }
  }

  private void answer(Job.Event event, Map<String, ?> values) {
    answers.println(Job.line(event, values));
  }

  /** Tells the parent what happens. */
  private final class Telling implements PlanWatcher {
    @Override
    public void note(String line) {
      answer(Job.Event.NOTE, Map.of("text", line));
    }

    @Override
    public boolean wantsToStop() {
      return stopping.isAsked();
    }

    @Override
    public Watcher training(Task task) {
      return new Watcher() {
        private long told = System.nanoTime();
        private int images;

        @Override
        public void started(Extent extent, long step) {
          answer(Job.Event.STARTED, Map.of("extent", extent, "step", step));
        }

        @Override
        public void afterStep(long step, int more, double loss) {
          images += more;
          if (System.nanoTime() - told >= EVERY_NANOS) {
            tell(step, loss);
          }
        }

        private void tell(long step, double loss) {
          answer(Job.Event.STEPS, Map.of("step", step, "images", images, "loss", loss));
          images = 0;
          told = System.nanoTime();
        }

        @Override
        public void measured(Measurement measurement) {
          tell(measurement.step(), measurement.trainLoss());
          answer(Job.Event.MEASURED, Map.of("measurement", measurement));
        }

        @Override
        public void ended() {
          answer(Job.Event.ENDED, Map.of());
        }
      };
    }
  }
}
