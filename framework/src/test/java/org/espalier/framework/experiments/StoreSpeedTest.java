package org.espalier.framework.experiments;

import static org.assertj.core.api.Assertions.assertThat;

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
 * What it costs to be a task. The best of three, or the middle of some: others share the machine.
 */
@Tag("slow")
class StoreSpeedTest {
  private static final int MANY = 100_000;
  private static final int TASKS = 1000;
  private static final int TRIES = 5;

  /** Seconds for a task that does nothing. */
  private static final double LIMIT = 5e-3;

  @TempDir Path root;

  private interface Work {
    void run() throws IOException;
  }

  private static double seconds(Work work) throws IOException {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
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
    double alone = seconds(() -> TinyTasks.make(Nothing.named("alone"), TinyTasks.shop(root)));
    double filling =
        seconds(
            () -> {
              for (int i = 0; i < MANY; i++) {
                Files.createDirectory(root.resolve("runs").resolve(String.format("%012x", 7L * i)));
              }
            });
    print("100,000 folders made", filling);
    double[] times = new double[100];
    for (int i = 0; i < times.length; i++) {
      times[i] =
          seconds(() -> assertThat(TinyTasks.shop(root).find(Nothing.named("one"))).isPresent());
    }
    double among = seconds(() -> TinyTasks.make(Nothing.named("among"), TinyTasks.shop(root)));
    double all = Arrays.stream(times).sum();
    print("a store of 100,000 runs opened and one found", middle(times));
    print("a task made in an empty store", alone);
    print("a task made in a store of 100,000 runs", among);
    assertThat(all).isLessThan(1);
  }

  private static Plan plan(int tasks) {
    Plan plan = Plan.named("many");
    for (int i = 0; i < tasks; i++) {
      plan = plan.arm("arm", i, Nothing.named("task " + i));
    }
    return plan;
  }

  private double each(Path store, Plan plan) throws IOException {
    Workshop shop = TinyTasks.shop(store);
    return seconds(() -> Conductor.run(plan, shop, Workers.here(new Maker(shop))))
        / plan.arms().size();
  }

  @Test
  void aThousandTasksThatDoNothingCostLittle() throws IOException {
    each(root.resolve("warm"), plan(200));
    double making = Double.MAX_VALUE;
    double finding = Double.MAX_VALUE;
    for (int i = 0; i < TRIES && (making > LIMIT || finding > LIMIT); i++) {
      Path store = root.resolve("store" + i);
      making = Math.min(making, each(store, plan(TASKS)));
      finding = Math.min(finding, each(store, plan(TASKS)));
      try (var runs = Files.list(store.resolve("runs"))) {
        assertThat(runs).hasSize(TASKS);
      }
    }
    print("a task of a plan of 1,000 that does nothing", making);
    print("the same when it is done already", finding);
    assertThat(making).isLessThan(LIMIT);
    assertThat(finding).isLessThan(LIMIT);
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
