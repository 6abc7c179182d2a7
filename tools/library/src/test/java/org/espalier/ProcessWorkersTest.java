package org.espalier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.experiments.PlanFailedException;
import org.espalier.framework.experiments.Run;
import org.espalier.framework.experiments.Task;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.experiments.Workshop;
import org.espalier.framework.runs.MetricsCsv;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.training.DivergedException;
import org.espalier.framework.training.Intervention;
import org.espalier.framework.training.Step;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tasks made by real child processes. */
@Tag("slow")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ProcessWorkersTest {
  /** How a task goes wrong. */
  enum Trouble {
    CRASH,
    USAGE,
    INPUT,
    DIVERGENCE,
    FAILURE
  }

  /** A task that is never made. Each try leaves a letter in the store. */
  @Named(value = "wrong", description = "goes wrong")
  record Wrong(@Setting("How.") Trouble trouble) implements Task {
    @Override
    public RunSummary make(Run run, Workshop shop) {
      try {
        Path tries = shop.store().root().resolve("tries");
        Files.writeString(tries, "x", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      switch (trouble) {
        case CRASH -> {
          System.err.println("last words");
          Runtime.getRuntime().halt(134);
        }
        case USAGE -> throw new UsageException("there is no such «thing»\nat all");
        case INPUT -> throw new BadInputException("file: expected words, found numbers");
        case DIVERGENCE -> throw new DivergedException("loss", Double.NaN, 3, 1);
        default -> throw new IllegalStateException("no room");
      }
      throw new AssertionError();
    }

    @Override
    public String title() {
      return "go wrong";
    }
  }

  /** Halves all weights after each epoch. */
  @Named(value = "halve", description = "halves all weights")
  record Halve(@Setting(value = "After which epoch.", defaultValue = "1") long epoch)
      implements Intervention {
    @Override
    public boolean actsAfter(long step, int stepsPerEpoch) {
      return step == epoch * stepsPerEpoch;
    }

    @Override
    public void act(Live live) {
      Weights weights = live.weights();
      weights.asMap().values().forEach(array -> halve(array.values()));
      live.write(weights);
    }

    private static void halve(float[] values) {
      for (int i = 0; i < values.length; i++) {
        values[i] /= 2;
      }
    }
  }

  @TempDir Path folder;

  private Path store;

  @BeforeEach
  void name() {
    store = folder.resolve("store");
  }

  @AfterEach
  void nobodyIsLeft() {
    TinyPlans.assertNoChildren();
  }

  private String tries() throws IOException {
    return Files.readString(store.resolve("tries"));
  }

  @Test
  void whatComesOutDoesNotDependOnWhoMakesIt() throws IOException {
    Plan plan = TinyPlans.plan(2, 1, 2, 3);
    Path alone = folder.resolve("alone");
    TinyPlans.alone(alone).run(plan);
    TinyPlans.pair(store).run(plan);
    TinyPlans.assertEqualBits(plan, alone, store);
    assertThat(TinyPlans.files(store).stream().map(f -> store.relativize(f).toString()))
        .as("files; event files have the time in their names")
        .filteredOn(name -> !name.contains("events."))
        .containsExactlyElementsOf(
            TinyPlans.files(alone).stream()
                .map(f -> alone.relativize(f).toString())
                .filter(name -> !name.contains("events."))
                .toList());
  }

  @Test
  void theWatcherHearsEveryTraining() {
    Train seldom = TinyPlans.train(4, 2).evaluatedEvery(Step.ofEpochs(2));
    Plan plan = TinyPlans.plan(3, 1).arm("seldom", 2, seldom);
    Diary diary = new Diary();
    TinyPlans.pair(store).watcher(diary).run(plan);
    for (Task task : plan.order()) {
      assertThat(diary.parts(task)).hasSize(1);
      Diary.Part part = diary.parts(task).get(0);
      assertThat(part.from).isZero();
      assertThat(part.step).isEqualTo(part.extent.steps());
      assertThat(part.images).isEqualTo(part.extent.epochs() * TinyPlans.IMAGES);
      assertThat(part.measured).isEqualTo(MetricsCsv.read(TinyPlans.alone(store).folder(task)));
      assertThat(part.ended).isEqualTo(1);
    }
    assertThat(diary.notes).isEmpty();
  }

  @Test
  void childrenKnowTheRecordsOfTheProgram() {
    Train halved = TinyPlans.train(TinyPlans.recipe(2).withInterventions(List.of(new Halve(1))), 1);
    Plan plan = Plan.named("halved").arm("halved", 1, halved);
    Path alone = folder.resolve("alone");
    Espalier.builder().with(Halve.class).build().store(alone).threads(1).run(plan);
    Espalier.builder().with(Halve.class).build().store(store).threads(2).jobs(2).run(plan);
    TinyPlans.assertEqualBits(plan, alone, store);
    Train whole = TinyPlans.train(2, 1);
    assertThat(TinyPlans.alone(store).run(whole).weightsDigest())
        .isNotEqualTo(TinyPlans.alone(store).run(halved).weightsDigest());
  }

  @ParameterizedTest
  @EnumSource(names = {"USAGE", "INPUT", "DIVERGENCE"})
  void whatIsRefusedIsRefusedOnceInTheSameWords(Trouble trouble) throws IOException {
    Wrong wrong = new Wrong(trouble);
    Throwable here = thrown(Espalier.builder().with(Wrong.class).build().store(folder), wrong);
    Diary diary = new Diary();
    Throwable there = thrown(wrong(diary), wrong);
    assertThat(there).hasSameClassAs(here).hasMessage(here.getMessage());
    assertThat(tries()).hasSize(1);
    assertThat(diary.notes).containsExactly("go wrong failed: " + here.getMessage());
  }

  private Espalier wrong(Diary diary) {
    Espalier espalier = Espalier.builder().with(Wrong.class).build();
    return espalier.store(store).threads(2).jobs(2).watcher(diary);
  }

  private static Throwable thrown(Espalier espalier, Task task) {
    try {
      espalier.run(Plan.named("wrong").arm("wrong", 1, task));
      throw new AssertionError("nothing is thrown");
    } catch (RuntimeException e) {
      return e;
    }
  }

  @Test
  void aTaskThatCrashesItsProcessFailsAlone() throws IOException {
    Plan plan = TinyPlans.plan(1, 1, 2).arm("wrong", 1, new Wrong(Trouble.CRASH));
    Diary diary = new Diary();
    assertThatThrownBy(() -> wrong(diary).run(plan))
        .isInstanceOf(PlanFailedException.class)
        .hasMessageMatching(
            "1 of 4 tasks failed: go wrong: its process was ended by signal 6, 3 times; see .*");
    assertThat(tries()).hasSize(ProcessWorkers.TRIES);
    String again = "go wrong: its process was ended by signal 6; it is tried again";
    assertThat(diary.notes).filteredOn(again::equals).hasSize(ProcessWorkers.TRIES - 1);
    String failed = diary.notes.get(diary.notes.size() - 1);
    Path log = Path.of(failed.substring(failed.indexOf("; see ") + 6));
    assertThat(log).content().contains("last words");
    plan.order().stream()
        .filter(Train.class::isInstance)
        .forEach(
            task ->
                assertThat(TinyPlans.alone(store).folder(task).resolve("summary.json")).exists());
  }

  @Test
  void aTaskThatFailsIsTriedAgain() throws IOException {
    assertThat(thrown(wrong(new Diary()), new Wrong(Trouble.FAILURE)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("go wrong: no room, 3 times; see " + store);
    assertThat(tries()).hasSize(ProcessWorkers.TRIES);
  }

  /** The watcher's failure is the task's; nobody trains on for a parent that does not listen. */
  @Test
  void aWatcherThatFailsEndsItsChild() {
    AtomicBoolean first = new AtomicBoolean(true);
    Diary diary =
        new Diary(
            m -> {
              if (first.getAndSet(false)) {
                throw new IllegalStateException("full");
              }
            });
    Plan plan = Plan.named("long").arm("long", 1, TinyPlans.train(100_000, 1));
    assertThatThrownBy(() -> TinyPlans.pair(store).watcher(diary).run(plan)).hasMessage("full");
  }
}
