package org.espalier.framework.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.espalier.framework.experiments.TinyTasks.Failing;
import org.espalier.framework.experiments.TinyTasks.Nothing;
import org.espalier.framework.training.StoppedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a plan when a task fails, or all is to stop. */
@Timeout(60)
class ConductorFailureTest {
  @TempDir Path root;

  private List<String> run(Plan plan, Recorder workers) {
    Conductor.run(plan, TinyTasks.shop(root), workers);
    return workers.made;
  }

  /** Hears all notes; asks to stop once it was asked so often. */
  private static final class Listening implements PlanWatcher {
    private final List<String> notes = Collections.synchronizedList(new ArrayList<>());
    private final int stopAt;
    private int asked;

    Listening(int stopAt) {
      this.stopAt = stopAt;
    }

    @Override
    public void note(String line) {
      notes.add(line);
    }

    @Override
    public boolean wantsToStop() {
      return ++asked == stopAt;
    }
  }

  @Test
  void aFailureTakesAlongThoseThatNeedItAndNoOthers() {
    Task failing = Failing.saying("no luck");
    Task needs = Nothing.named("needs it", failing);
    Task needsToo = Nothing.named("needs it too", needs);
    Task other = Nothing.named("other");
    Task last = Nothing.named("last", other);
    Workshop shop = TinyTasks.shop(root);
    Listening watcher = new Listening(-1);
    assertThatThrownBy(
            () ->
                Conductor.run(
                    TinyTasks.plan(needsToo, last),
                    shop.with(watcher),
                    Workers.here(new Maker(shop))))
        .isInstanceOf(PlanFailedException.class)
        .hasMessage("1 of 5 tasks failed, 2 more need them and were not tried: no luck")
        .hasCause(new IllegalStateException("no luck"));
    assertThat(watcher.notes).containsExactly("failing task failed: no luck");
    assertThat(shop.find(last)).isPresent();
    assertThat(shop.find(needs)).isEmpty();
    assertThat(shop.find(needsToo)).isEmpty();
  }

  @Test
  void severalFailuresAreToldTogetherEachTextOnce() {
    Plan plan =
        TinyTasks.plan(
            Failing.saying("no luck"),
            Failing.saying("no luck", Nothing.named("other")),
            Failing.saying("no power"),
            Nothing.named("last"));
    Workshop shop = TinyTasks.shop(root);
    assertThatThrownBy(() -> Conductor.run(plan, shop, Workers.here(new Maker(shop))))
        .isInstanceOf(PlanFailedException.class)
        .hasMessage("3 of 5 tasks failed: no luck; no power");
  }

  @Test
  void theFailureOfTheOnlyTaskIsToldAsItIs() {
    Workshop shop = TinyTasks.shop(root);
    Plan plan = TinyTasks.plan(Failing.saying("no luck"));
    assertThatThrownBy(() -> Conductor.run(plan, shop, Workers.here(new Maker(shop))))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("no luck");
  }

  @Test
  void stoppedBetweenTwoTasksTheRestIsLeft() {
    Recorder workers = new Recorder(1, t -> true);
    Plan plan = TinyTasks.plan(Nothing.named("a"), Nothing.named("b"), Nothing.named("c"));
    Workshop shop = TinyTasks.shop(root).with(new Listening(3));
    assertThatThrownBy(() -> Conductor.run(plan, shop, workers))
        .isInstanceOf(StoppedException.class)
        .hasMessage("stopped between two tasks");
    assertThat(workers.made).containsExactly("a", "b");
  }

  @Test
  void aTaskThatWasStoppedStopsThePlanAndIsNoFailure() {
    StoppedException stopped = new StoppedException("at step 3");
    Recorder workers =
        new Recorder(
            1,
            title -> {
              if (title.equals("b")) {
                throw stopped;
              }
              return true;
            });
    Listening watcher = new Listening(-1);
    Plan plan = TinyTasks.plan(Nothing.named("a"), Nothing.named("b"), Nothing.named("c"));
    Workshop shop = TinyTasks.shop(root).with(watcher);
    assertThatThrownBy(() -> Conductor.run(plan, shop, workers)).isSameAs(stopped);
    assertThat(workers.made).containsExactly("a");
    assertThat(watcher.notes).isEmpty();
  }

  @Test
  void anInterruptStopsWhoeverWaitsForTasks() {
    Recorder workers =
        new Recorder(
            1,
            title -> {
              Thread.currentThread().interrupt();
              return false;
            });
    assertThatThrownBy(() -> run(TinyTasks.plan(Nothing.named("a")), workers))
        .isInstanceOf(StoppedException.class)
        .hasMessage("interrupted between two tasks");
  }

  /** Nothing more is begun, and whoever is at work is waited for. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anErrorEndsAll(boolean inTheThreadThatAsked) {
    Thread asked = Thread.currentThread();
    CountDownLatch bothAtWork = new CountDownLatch(2);
    CountDownLatch failed = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    Recorder workers =
        new Recorder(
            2,
            title -> {
              bothAtWork.countDown();
              while (bothAtWork.getCount() > 0) {
                Thread.onSpinWait(); // not a wait: whoever is at work is interrupted at an error
              }
              if ((Thread.currentThread() == asked) == inTheThreadThatAsked) {
                failed.countDown();
                throw new OutOfMemoryError("no more");
              }
              while (failed.getCount() > 0 || !Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
              }
              ended.incrementAndGet();
              return true;
            });
    Plan plan = TinyTasks.plan(Nothing.named("a"), Nothing.named("b"), Nothing.named("c"));
    assertThatThrownBy(() -> run(plan, workers))
        .isInstanceOf(OutOfMemoryError.class)
        .hasMessage("no more");
    assertThat(ended).as("those that had begun have ended").hasValue(1);
    assertThat(workers.made).hasSize(1).doesNotContain("c");
  }
}
