package org.espalier;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.experiments.PlanFailedException;
import org.espalier.framework.experiments.Task;
import org.espalier.framework.runs.RunDifference;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.training.Step;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.espalier.lottery.Lottery;
import org.espalier.lottery.NamedLotteries;
import org.espalier.pruning.comparison.ArmResult;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A lottery whose processes are killed at random ends as one that nobody touched, bit for bit. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class KilledLotteryTest {
  /** At one measurement in so many, a process dies. */
  private static final int ONE_IN = 25;

  @TempDir Path folder;

  /** The demo on 60 images: 20 runs for two seeds, of which 14 are trainings. */
  private static Lottery lottery(Espalier espalier) {
    Lottery demo =
        espalier
            .settings()
            .read(
                Lottery.class,
                List.of(NamedLotteries.find("demo").orElseThrow().source()),
                Set.of());
    return Settings.with(
        demo,
        Map.of(
            "network", ArchitectureSpec.of("lenet-300-100").withWidth(0.1),
            "images", TinyPlans.DATA,
            "recipe", TinyPlans.recipe(12),
            "learningRates", List.of(0.05),
            "rounds", 3,
            "rewind", Step.ofEpochs(1),
            "controls", List.of(org.espalier.lottery.Control.RANDOM_REINIT),
            "seeds", List.of(1L, 2L)));
  }

  @Test
  void randomKillsChangeNothing() {
    Espalier alone = TinyPlans.alone(folder.resolve("alone"));
    Lottery lottery = lottery(alone);
    Plan plan = lottery.plan("killed");
    assertThat(plan.order()).hasSize(20);
    alone.run(plan);
    AtomicInteger kills = new AtomicInteger();
    RandomStream random = RandomStream.of(4, "kills");
    Diary diary =
        new Diary(
            m -> {
              synchronized (random) {
                if (random.nextInt(ONE_IN) == 0) {
                  kill(random);
                  kills.incrementAndGet();
                }
              }
            });
    Espalier pair = TinyPlans.pair(folder.resolve("killed")).checkpointEvery(Step.ofEpochs(2));
    while (!isMade(pair.watcher(diary), plan)) {
      assertThat(kills.get()).as("each round of it kills").isLessThan(100);
    }
    TinyPlans.assertNoChildren();
    assertThat(kills.get()).isGreaterThanOrEqualTo(4);
    for (Task task : plan.order()) {
      assertThat(RunDifference.first(alone.folder(task), pair.folder(task)))
          .as(task.title())
          .isEmpty();
    }
    assertThat(table(pair, lottery, plan, "killed"))
        .isEqualTo(table(alone, lottery, plan, "alone"));
  }

  /** The same command again goes on where one failed: a task that dies three times fails. */
  private static boolean isMade(Espalier espalier, Plan plan) {
    try {
      espalier.run(plan);
      return true;
    } catch (PlanFailedException e) {
      return false;
    }
  }

  private static void kill(RandomStream random) {
    List<ProcessHandle> children = TinyPlans.children().toList();
    if (!children.isEmpty()) {
      children.get(random.nextInt(children.size())).destroyForcibly();
    }
  }

  /** All but the clock. */
  private List<String> table(Espalier espalier, Lottery lottery, Plan plan, String name) {
    Path out = folder.resolve(name + "-results");
    return espalier.results(lottery, plan, out, Optional.empty()).arms().stream()
        .map(KilledLotteryTest::row)
        .toList();
  }

  private static String row(ArmResult a) {
    return String.join(
        " ",
        a.label(),
        Long.toString(a.seed()),
        Double.toString(a.accuracy()),
        Double.toString(a.loss()),
        Double.toString(a.density()),
        Long.toString(a.trainingMacs()));
  }
}
