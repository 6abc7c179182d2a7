package org.espalier.framework.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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
 * the wall depends on who else uses the machine and its disk, and is printed only. The limits are
 * shares of what the smallest training takes on the same machine, at the same time: in seconds they
 * held on one processor and failed on another.
 */
@Tag("slow")
class StoreSpeedTest {
  private static final int MANY = 100_000;
  private static final int TASKS = 1000;
  private static final int TRIES = 5;

  /** In a run that does nothing: what it is, its network, its weights, its summary. */
  private static final int FILES = 4;

  /** Of the smallest training: for a task that does nothing, beside what its files cost. */
  private static final double NOTHING = 0.01;

  /** The same, for being a task, of that training itself. */
  private static final double TRAINING = 0.1;

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

  /** The files of as many runs, made as a task's are, without a store. */
  private static Time byHand(Path folder) throws IOException {
    byte[] content = new byte[4096];
    return Time.of(
            () -> {
              for (int i = 0; i < TASKS; i++) {
                Path temporary = Files.createDirectories(folder.resolve("." + i));
                for (int file = 0; file < FILES; file++) {
                  try (FileChannel channel =
                      FileChannel.open(
                          temporary.resolve("file" + file),
                          StandardOpenOption.CREATE_NEW,
                          StandardOpenOption.WRITE)) {
                    channel.write(ByteBuffer.wrap(content));
                    channel.force(true);
                  }
                }
                flush(temporary);
                Files.move(temporary, folder.resolve("run" + i), StandardCopyOption.ATOMIC_MOVE);
                flush(folder);
              }
            })
        .per(TASKS);
  }

  private static void flush(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder)) {
      channel.force(true);
    }
  }

  @Test
  void aThousandTasksThatDoNothingCostLittle() throws IOException {
    double limit = NOTHING * ofATraining().training;
    each(root.resolve("warm"), plan(200));
    double own = Double.MAX_VALUE;
    Time finding = ENDLESS;
    for (int i = 0; i < TRIES && Math.max(own, finding.processor) > limit; i++) {
      Path store = root.resolve("store" + i);
      Time making = each(store, plan(TASKS));
      Time files = byHand(root.resolve("files" + i));
      print("a task of a plan of 1,000 that does nothing", making);
      print("its files, without a store", files);
      own = Math.min(own, making.processor - files.processor);
      finding = finding.orLess(each(store, plan(TASKS)));
      try (var runs = Files.list(store.resolve("runs"))) {
        assertThat(runs).hasSize(TASKS).allMatch(run -> run.toFile().list().length == FILES);
      }
    }
    print("the same when it is done already", finding);
    print("the limit for a task that does nothing, beside its files", limit);
    assertThat(own).isLessThan(limit);
    assertThat(finding.processor).isLessThan(limit);
  }

  /** Counts time, but for that between a stop and going on. */
  private static final class Clock {
    private final LongSupplier time;
    private long since;
    private long counted;
    private long left;

    Clock(LongSupplier time) {
      this.time = time;
      since = time.getAsLong();
    }

    void stop() {
      long now = time.getAsLong();
      counted += now - since;
      since = now;
    }

    void goOn() {
      long now = time.getAsLong();
      left += now - since;
      since = now;
    }
  }

  /** The times of the middle one of many, in seconds. */
  private record Costs(double wall, double task, double training) {}

  /** What two epochs of four steps cost, and what being a task adds to them. */
  private Costs ofATraining() {
    double[] walls = new double[15];
    double[] costs = new double[walls.length];
    double[] trainings = new double[walls.length];
    for (int i = -3; i < costs.length; i++) {
      Workshop shop = TinyTasks.shop(root.resolve("training" + i)).with(Step.ofEpochs(9));
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
                  wall.goOn();
                  cost.goOn();
                }
              };
            }
          };
      assertThat(TinyTasks.make(TinyTasks.train(2, 1), shop.with(watcher)).epochs()).isEqualTo(2);
      wall.stop();
      cost.stop();
      if (i >= 0) {
        walls[i] = wall.counted / 1e9;
        costs[i] = cost.counted / 1e9;
        trainings[i] = cost.left / 1e9;
      }
    }
    return new Costs(middle(walls), middle(costs), middle(trainings));
  }

  /**
   * Reading, hashing, claiming, writing: the time of a making before and after its training. The
   * difference of two makings would be that of two trainings more than anything else. States that
   * are kept on the way come on top, as often as they are asked for.
   */
  @Test
  void beingATaskCostsATrainingLittle() {
    Costs costs = ofATraining();
    print("what being a task adds to a training", new Time(costs.wall, costs.task));
    print("the smallest training, of the processor", costs.training);
    assertThat(costs.task).isLessThan(TRAINING * costs.training);
  }
}
