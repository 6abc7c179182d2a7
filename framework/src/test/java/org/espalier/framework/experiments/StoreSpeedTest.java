package org.espalier.framework.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.espalier.framework.experiments.TinyTasks.Nothing;
import org.espalier.framework.training.Step;
import org.espalier.framework.training.Watcher;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What it costs to be a task. What is held to a limit is the time of the processor: what passes on
 * the wall depends on who else uses the machine and its disk, and is printed only.
 */
@Tag("slow")
class StoreSpeedTest {
  private static final int MANY = 100_000;
  private static final int TASKS = 1000;
  private static final int TRIES = 5;

  /** Seconds of the processor for a task that does nothing. */
  private static final double LIMIT = 5e-3;

  @TempDir Path root;

  private interface Work {
    void run() throws IOException;
  }

  /** Seconds on the wall, and of the processor, in all threads. */
  private record Time(double wall, double processor) {
    private static final OperatingSystemMXBean SYSTEM =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    static Time of(Work work) throws IOException {
      long cost = SYSTEM.getProcessCpuTime();
      long wall = System.nanoTime();
      work.run();
      return new Time((System.nanoTime() - wall) / 1e9, (SYSTEM.getProcessCpuTime() - cost) / 1e9);
    }

    Time per(int count) {
      return new Time(wall / count, processor / count);
    }

    Time orLess(Time other) {
      return new Time(Math.min(wall, other.wall), Math.min(processor, other.processor));
    }
  }

  private static final Time ENDLESS = new Time(Double.MAX_VALUE, Double.MAX_VALUE);

  private static void print(String what, Time time) {
    print(what + ", on the wall", time.wall);
    print(what + ", of the processor", time.processor);
  }

  private static void print(String what, double seconds) {
    System.out.printf(Locale.ROOT, "%s: %.3f ms%n", what, 1e3 * seconds);
  }

  private static double middle(double[] times) {
    Arrays.sort(times);
    return times[times.length / 2];
  }

  /** A hundred times: what would look at all of them once would take seconds. */
  @Test
  void oneOfAHundredThousandRunsIsFoundAtOnce() throws IOException {
    Task task = Nothing.named("one");
    TinyTasks.make(task, TinyTasks.shop(root));
    Time alone = Time.of(() -> TinyTasks.make(Nothing.named("alone"), TinyTasks.shop(root)));
    Time filling =
        Time.of(
            () -> {
              for (int i = 0; i < MANY; i++) {
                Files.createDirectory(root.resolve("runs").resolve(String.format("%012x", 7L * i)));
              }
            });
    print("100,000 folders made", filling);
    Time finding =
        Time.of(
            () -> {
              for (int i = 0; i < 100; i++) {
                assertThat(TinyTasks.shop(root).find(Nothing.named("one"))).isPresent();
              }
            });
    Time among = Time.of(() -> TinyTasks.make(Nothing.named("among"), TinyTasks.shop(root)));
    print("a store of 100,000 runs opened and one found", finding.per(100));
    print("a task made in an empty store", alone);
    print("a task made in a store of 100,000 runs", among);
    assertThat(finding.processor).isLessThan(1);
  }

  private static Plan plan(int tasks) {
    Plan plan = Plan.named("many");
    for (int i = 0; i < tasks; i++) {
      plan = plan.arm("arm", i, Nothing.named("task " + i));
    }
    return plan;
  }

  private Time each(Path store, Plan plan) throws IOException {
    Workshop shop = TinyTasks.shop(store);
    return Time.of(() -> Conductor.run(plan, shop, Workers.here(new Maker(shop))))
        .per(plan.arms().size());
  }

  @Test
  void aThousandTasksThatDoNothingCostLittle() throws IOException {
    each(root.resolve("warm"), plan(200));
    Time making = ENDLESS;
    Time finding = ENDLESS;
    for (int i = 0; i < TRIES && Math.max(making.processor, finding.processor) > LIMIT; i++) {
      Path store = root.resolve("store" + i);
      making = making.orLess(each(store, plan(TASKS)));
      finding = finding.orLess(each(store, plan(TASKS)));
      try (var runs = Files.list(store.resolve("runs"))) {
        assertThat(runs).hasSize(TASKS);
      }
    }
    print("a task of a plan of 1,000 that does nothing", making);
    print("the same when it is done already", finding);
    assertThat(making.processor).isLessThan(LIMIT);
    assertThat(finding.processor).isLessThan(LIMIT);
  }

  /** Leaves out the time from when a training is watched to when it has ended. */
  private static final class Clock {
    private final LongSupplier time;
    private long since;
    private long sum;

    Clock(LongSupplier time) {
      this.time = time;
      since = time.getAsLong();
    }

    void stop() {
      sum += time.getAsLong() - since;
    }

    void ended() {
      since = time.getAsLong();
    }
  }

  /**
   * Reading, hashing, claiming, writing: the time of a making before and after its training. The
   * difference of two makings would be that of two trainings more than anything else. States that
   * are kept on the way come on top, as often as they are asked for. What is held to the limit is
   * the time of the processor, which depends little on what else the machine does.
   */
  @Test
  void beingATaskCostsATrainingLittle() {
    double[] walls = new double[15];
    double[] costs = new double[walls.length];
    for (int i = -3; i < costs.length; i++) {
      Workshop shop = TinyTasks.shop(root.resolve("store" + i)).with(Step.ofEpochs(9));
      Clock wall = new Clock(System::nanoTime);
      Clock cost = new Clock(ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime);
      PlanWatcher watcher =
          new PlanWatcher() {
            @Override
            public Watcher training(Task task) {
              wall.stop();
              cost.stop();
              return new Watcher() {
                @Override
                public void ended() {
                  wall.ended();
                  cost.ended();
                }
              };
            }
          };
      assertThat(TinyTasks.make(TinyTasks.train(2, 1), shop.with(watcher)).epochs()).isEqualTo(2);
      wall.stop();
      cost.stop();
      if (i >= 0) {
        walls[i] = wall.sum / 1e9;
        costs[i] = cost.sum / 1e9;
      }
    }
    print("what being a task adds to a training, on the wall", middle(walls));
    print("what being a task adds to a training, at best", walls[0]);
    print("what being a task adds to a training, of the processor", middle(costs));
    assertThat(middle(costs)).isLessThan(0.05);
  }
}
