package org.espalier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.training.Step;
import org.espalier.framework.training.StoppedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Child processes that are killed, and those that are asked to stop. */
@Tag("slow")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ProcessWorkersStopTest {
  private static final int EPOCHS = 40;

  @TempDir Path folder;

  private Path store;
  private Path alone;

  @BeforeEach
  void name() {
    store = folder.resolve("store");
    alone = folder.resolve("alone");
  }

  @AfterEach
  void nobodyIsLeft() {
    TinyPlans.assertNoChildren();
  }

  /** Killed by force it loses what it has not kept; by a polite signal, nothing. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTaskGoesOnFromItsCheckpointInAnotherProcess(boolean byForce) {
    Train train = TinyPlans.train(EPOCHS, 1);
    Plan plan = Plan.named("killed").arm("killed", 1, train);
    TinyPlans.alone(alone).run(plan);
    AtomicInteger kills = new AtomicInteger();
    Diary diary =
        new Diary(
            m -> {
              if (m.epoch() >= 5 && kills.getAndIncrement() == 0) {
                TinyPlans.children().forEach(c -> kill(c, byForce));
              }
            });
    TinyPlans.pair(store).checkpointEvery(Step.ofEpochs(2)).watcher(diary).run(plan);
    TinyPlans.assertEqualBits(plan, alone, store);
    assertThat(diary.notes).hasSize(1);
    assertThat(diary.notes.get(0))
        .isEqualTo(
            train.title()
                + ": its process was ended by signal "
                + (byForce ? 9 : 15)
                + "; it is tried again");
    assertThat(diary.parts(train)).hasSize(2).allMatch(part -> part.ended == 1);
    Diary.Part first = diary.parts(train).get(0);
    Diary.Part second = diary.parts(train).get(1);
    assertThat(second.from).isGreaterThanOrEqualTo(4 * TinyPlans.STEPS_PER_EPOCH);
    assertThat(second.step).isEqualTo((long) EPOCHS * TinyPlans.STEPS_PER_EPOCH);
    if (byForce) {
      assertThat(second.from % (2 * TinyPlans.STEPS_PER_EPOCH)).isZero();
    } else {
      assertThat(second.from).isGreaterThanOrEqualTo(first.step);
    }
  }

  private static void kill(ProcessHandle child, boolean byForce) {
    if (byForce) {
      child.destroyForcibly();
    } else {
      child.destroy();
    }
  }

  /** Children keep their states between two checkpoints, and all goes on as if nothing was. */
  @Test
  void aWishToStopReachesAllChildren() {
    Plan plan = TinyPlans.plan(EPOCHS, 1, 2);
    TinyPlans.alone(alone).run(plan);
    AtomicReference<Diary> diary = new AtomicReference<>();
    diary.set(new Diary(m -> stopWhenAllAreMeasured(diary.get())));
    Espalier espalier = TinyPlans.pair(store).checkpointEvery(Step.ofEpochs(EPOCHS));
    assertThatThrownBy(() -> espalier.watcher(diary.get()).run(plan))
        .isInstanceOf(StoppedException.class)
        .hasMessageMatching("stopped at step \\d+ \\(epoch [\\d.]+ of 40\\)");
    TinyPlans.assertNoChildren();
    assertThat(store.resolve("logs")).as("nobody said anything").doesNotExist();
    for (long seed = 1; seed <= 2; seed++) {
      Path run = espalier.folder(TinyPlans.train(EPOCHS, seed));
      assertThat(run.resolve("checkpoint.safetensors")).exists();
      assertThat(run.resolve("summary.json")).doesNotExist();
    }
    Diary more = new Diary();
    espalier.watcher(more).run(plan);
    TinyPlans.assertEqualBits(plan, alone, store);
    assertThat(more.parts(TinyPlans.train(EPOCHS, 1)).get(0).from)
        .isGreaterThanOrEqualTo(TinyPlans.STEPS_PER_EPOCH);
  }

  /** Every child has an epoch behind it, however much later than the other it came to life. */
  private static void stopWhenAllAreMeasured(Diary diary) {
    boolean all =
        Stream.of(1L, 2L)
            .map(seed -> diary.parts(TinyPlans.train(EPOCHS, seed)))
            .allMatch(parts -> parts.size() == 1 && !parts.get(0).measured.isEmpty());
    if (all) {
      diary.stop();
    }
  }

  @Test
  void anInterruptReachesAllChildren() throws InterruptedException {
    Plan plan =
        Plan.named("long")
            .arm("long", 1, TinyPlans.train(100_000, 1))
            .arm("long", 2, TinyPlans.train(100_000, 2));
    AtomicInteger heard = new AtomicInteger();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread[] runs = new Thread[1];
    Diary diary =
        new Diary(
            m -> {
              if (heard.incrementAndGet() == 20) {
                runs[0].interrupt();
              }
            });
    runs[0] = new Thread(() -> TinyPlans.pair(store).watcher(diary).run(plan));
    runs[0].setUncaughtExceptionHandler((thread, e) -> thrown.set(e));
    runs[0].start();
    runs[0].join();
    assertThat(thrown.get()).isInstanceOf(StoppedException.class);
  }
}
