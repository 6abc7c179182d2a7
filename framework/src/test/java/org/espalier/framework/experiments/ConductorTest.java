package org.espalier.framework.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.espalier.framework.experiments.TinyTasks.Nothing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** In which order tasks are made, and how many at once. */
@Timeout(60)
class ConductorTest {
  @TempDir Path root;

  private List<String> run(Plan plan, Recorder workers) {
    Conductor.run(plan, TinyTasks.shop(root), workers);
    return workers.made;
  }

  @Test
  void eachComesAfterWhatItNeedsAndOnce() {
    Task shared = Nothing.named("shared");
    Task left = Nothing.named("left", shared);
    Task right = Nothing.named("right", shared);
    Task top = Nothing.named("top", left, right);
    assertThat(run(TinyTasks.plan(right, top, left, right), new Recorder(1, t -> true)))
        .containsExactly("shared", "right", "left", "top");
  }

  @Test
  void aTaskBeginsWhenItsOwnNeedsAreDoneWhateverElseGoesOn() {
    CountDownLatch madeWithoutSlow = new CountDownLatch(1);
    Task slow = Nothing.named("slow");
    Task quick = Nothing.named("quick");
    Task afterQuick = Nothing.named("after quick", quick);
    Task afterSlow = Nothing.named("after slow", slow);
    List<String> made =
        run(
            TinyTasks.plan(afterSlow, afterQuick),
            new Recorder(
                2,
                title -> {
                  if (title.equals("slow")) {
                    Threads.await(madeWithoutSlow);
                  }
                  if (title.equals("after quick")) {
                    madeWithoutSlow.countDown();
                  }
                  return true;
                }));
    assertThat(made).containsExactlyInAnyOrder("quick", "after quick", "slow", "after slow");
  }

  @Test
  void whatNeedsNothingOfEachOtherIsMadeAtTheSameTime() {
    CyclicBarrier together = new CyclicBarrier(3);
    Recorder workers =
        new Recorder(
            3,
            title -> {
              try {
                together.await(30, TimeUnit.SECONDS);
              } catch (Exception e) {
                throw new IllegalStateException(title + " was alone", e);
              }
              return true;
            });
    List<String> made =
        run(TinyTasks.plan(Nothing.named("a"), Nothing.named("b"), Nothing.named("c")), workers);
    assertThat(made).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void severalWorkersMakeNoTaskTwiceAndNoneTooEarly() {
    List<Task> tasks = new ArrayList<>();
    Map<String, Task> needs = new HashMap<>();
    for (int i = 0; i < 60; i++) {
      Task task =
          i < 3
              ? Nothing.named("t" + i)
              : Nothing.named("t" + i, tasks.get(i / 3), tasks.get(i - 3));
      tasks.add(task);
      needs.put(task.title(), task);
    }
    Set<String> begun = new HashSet<>();
    Set<String> done = new HashSet<>();
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Recorder workers =
        new Recorder(
            3,
            title -> {
              synchronized (done) {
                assertThat(begun.add(title)).as(title).isTrue();
                assertThat(done)
                    .containsAll(needs.get(title).needs().stream().map(Task::title).toList());
              }
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              Thread.yield();
              now.decrementAndGet();
              synchronized (done) {
                return done.add(title);
              }
            });
    assertThat(run(TinyTasks.plan(tasks.toArray(Task[]::new)), workers))
        .hasSize(60)
        .doesNotHaveDuplicates();
    assertThat(most.get()).isLessThanOrEqualTo(3);
  }

  @Test
  void whatIsDoneIsNotMadeAgain() {
    Task first = Nothing.named("first");
    Plan plan = TinyTasks.plan(Nothing.named("second", first));
    TinyTasks.make(first, TinyTasks.shop(root));
    assertThat(run(plan, new Recorder(1, t -> true))).containsExactly("second");
  }

  @Test
  void workersInThisProcessLeaveTheRuns() {
    Task first = Nothing.named("first");
    Task second = Nothing.named("second", first);
    Workshop shop = TinyTasks.shop(root);
    Conductor.run(TinyTasks.plan(second), shop, Workers.here(new Maker(shop)));
    assertThat(shop.find(first)).isPresent();
    assertThat(shop.find(second)).isPresent();
    assertThat(run(TinyTasks.plan(second), new Recorder(1, t -> true))).isEmpty();
  }

  /** Another process holds it: others are made meanwhile, then it is asked for again. */
  @Test
  void aTaskThatAnotherProcessMakesIsAskedForAgain() {
    AtomicInteger asked = new AtomicInteger();
    Task held = Nothing.named("held");
    List<String> made =
        run(
            TinyTasks.plan(held, Nothing.named("after held", held), Nothing.named("other")),
            new Recorder(1, title -> !title.equals("held") || asked.incrementAndGet() == 3));
    assertThat(made).containsExactly("other", "held", "after held");
    assertThat(asked).hasValue(3);
  }
}
