package org.espalier.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.espalier.framework.experiments.Task;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.experiments.Workshop;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.RunFolder;
import org.espalier.framework.training.MasksHold;
import org.espalier.framework.training.Step;
import org.espalier.framework.training.Trainer;
import org.espalier.framework.training.TrainingJob;
import org.espalier.framework.training.TrainingState;
import org.espalier.graphs.Model;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.pruning.comparison.ArmResult;
import org.espalier.pruning.comparison.ComparisonFolder;
import org.espalier.pruning.comparison.ComparisonResult;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds of every ticket of single weights, over two rounds, rewound to a step. */
class MaskedLotteryTest {
  private static final Step STEP = Step.parse("1ep1it");
  private static final Lottery LOTTERY =
      TinyLottery.of(TinyLottery.MAGNITUDE, TinyLottery.HALF, 2, STEP.toString());

  @TempDir static Path root;

  private static Workshop shop;

  @BeforeAll
  static void run() {
    shop = TinyLottery.run(LOTTERY, root);
  }

  private static LotteryArm arm(String name, int round) {
    return LOTTERY.drawn().stream()
        .filter(a -> a.arm().equals(name) && a.round() == round)
        .findFirst()
        .orElseThrow();
  }

  /** What an arm started with. */
  private static Model start(String name, int round) {
    Train task = arm(name, round).task();
    return task.job(shop).start();
  }

  private static Model end(String name, int round) {
    return ModelFolder.load(shop.store().folder(arm(name, round).task()));
  }

  /** The weights that the whole network had at the step that tickets are rewound to. */
  private static Weights rewound() {
    return new RunFolder(shop.store().folder(arm("dense", 0).task())).keptWeights(STEP);
  }

  private static int kept(Map<String, ShapedArray> masks) {
    return masks.values().stream().mapToInt(MaskedLotteryTest::kept).sum();
  }

  private static int kept(ShapedArray mask) {
    int kept = 0;
    for (float m : mask.values()) {
      kept += (int) m;
    }
    return kept;
  }

  @Test
  void whatIsKeptStartsBitByBitAsTheWholeNetworkWasAtTheStep() {
    for (int round = 1; round <= 2; round++) {
      Model ticket = start("winning-ticket", round);
      Weights before = rewound();
      for (Parameter p : ticket.network().parameters()) {
        if (ticket.network().masks().containsValue(p.name())) {
          continue;
        }
        ShapedArray mask = ticket.masks().get(p.name());
        ShapedArray expected = before.get(p.name());
        assertThat(ticket.weights().get(p.name()))
            .as(p.name())
            .isEqualTo(mask == null ? expected : expected.where(mask));
      }
    }
  }

  /** Half of the weights in each round, to the weight, and none that was gone comes back. */
  @Test
  void densitiesAreExactAndMasksNested() {
    Map<String, ShapedArray> first = end("winning-ticket", 1).masks();
    Map<String, ShapedArray> second = end("winning-ticket", 2).masks();
    int all = first.values().stream().mapToInt(m -> m.values().length).sum();
    int left = all - all / 2;
    assertThat(kept(first)).isEqualTo(left);
    assertThat(kept(second)).isEqualTo(left - left / 2);
    second.forEach((name, mask) -> assertThat(mask.where(first.get(name))).isEqualTo(mask));
  }

  /** Masks, masked weights and the momentum of these, after every single step of the last round. */
  @Test
  void masksHoldAtEveryStep() {
    for (String name : List.of("winning-ticket", "random-reinit", "shuffled", "signs")) {
      TrainingJob job = arm(name, 2).task().job(shop);
      List<TrainingState> states = new ArrayList<>();
      new Trainer(shop.rules(), shop.machine(), job, List.of())
          .train(Optional.empty(), keeping(states::add));
      assertThat(states).hasSizeGreaterThanOrEqualTo(8);
      states.forEach(state -> MasksHold.check(job, state));
      TrainingState last = states.get(states.size() - 1);
      Parameter masked = job.network().parameter(job.start().masks().keySet().iterator().next());
      assertThat(last.weights()).isNotEqualTo(states.get(0).weights());
      assertThatThrownBy(() -> MasksHold.check(job, movedAll(last, masked.name())))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("step " + last.step() + ", " + masked.name() + ": masked weights have moved");
      assertThatThrownBy(() -> MasksHold.check(job, rememberingAll(last, masked.name())))
          .hasMessageEndingWith("the optimiser remembers masked weights");
      String mask = job.network().masks().get(masked.name());
      assertThatThrownBy(() -> MasksHold.check(job, movedAll(last, mask)))
          .hasMessageEndingWith("its mask has changed");
    }
  }

  private static Trainer.Keeper keeping(Consumer<TrainingState> keeps) {
    return new Trainer.Keeper() {
      @Override
      public boolean wants(long step, int stepsPerEpoch) {
        return true;
      }

      @Override
      public void keep(TrainingState state) {
        keeps.accept(state);
      }

      @Override
      public void keepWeights(Step step, Weights weights) {}
    };
  }

  private static TrainingState movedAll(TrainingState s, String name) {
    Weights moved = s.weights().with(name, half(s.weights().get(name)));
    return new TrainingState(s.step(), moved, s.slots(), s.tally(), s.measurements());
  }

  private static TrainingState rememberingAll(TrainingState s, String name) {
    String slot = s.slots().names().stream().filter(n -> n.endsWith("/" + name)).findFirst().get();
    Weights slots = s.slots().with(slot, half(s.slots().get(slot)));
    return new TrainingState(s.step(), s.weights(), slots, s.tally(), s.measurements());
  }

  private static ShapedArray half(ShapedArray like) {
    return ShapedArray.filled(like.shape(), 0.5f);
  }

  /** And what is kept has moved. */
  @Test
  void whatIsMaskedIsZeroInTheEnd() {
    for (LotteryArm arm : LOTTERY.drawn()) {
      Model end = end(arm.arm(), arm.round());
      Model begin = start(arm.arm(), arm.round());
      assertThat(end.masks()).isEqualTo(begin.masks()).hasSize(arm.round() == 0 ? 0 : 8);
      assertThat(end.silenced().weights()).isEqualTo(end.weights());
      end.masks()
          .forEach(
              (name, mask) -> {
                float[] now = end.weights().get(name).values();
                float[] then = begin.weights().get(name).values();
                int moved = 0;
                for (int i = 0; i < now.length; i++) {
                  moved += now[i] != then[i] ? 1 : 0;
                }
                assertThat(moved).as(arm + " " + name).isBetween(kept(mask) * 9 / 10, kept(mask));
              });
    }
  }

  /** The masks of one round are those of all its arms but the shuffled one. */
  @Test
  void controlsShareTheMasks() {
    Map<String, ShapedArray> masks = end("winning-ticket", 2).masks();
    for (String same : List.of("random-reinit", "random-reinit-dense", "signs")) {
      assertThat(end(same, 2).masks()).as(same).isEqualTo(masks);
    }
    Map<String, ShapedArray> shuffled = end("shuffled", 2).masks();
    assertThat(shuffled).isNotEqualTo(masks);
    masks.forEach((name, mask) -> assertThat(kept(shuffled.get(name))).isEqualTo(kept(mask)));
    Model start = start("shuffled", 2);
    shuffled.forEach(
        (name, mask) ->
            assertThat(start.weights().get(name)).isEqualTo(rewound().get(name).where(mask)));
  }

  @Test
  void freshWeightsAreOthersAndSpreadAsSaid() {
    Model ticket = start("winning-ticket", 2);
    Model density = start("random-reinit", 2);
    Model dense = start("random-reinit-dense", 2);
    String kernel = "stage1/block1/conv1/kernel";
    assertThat(density.weights().get(kernel)).isNotEqualTo(ticket.weights().get(kernel));
    double share = kept(ticket.masks().get(kernel)) / 36.0;
    assertThat(share).isLessThan(0.9);
    assertThat(size(density, kernel) / size(dense, kernel))
        .as("the fewer are left, the larger they are")
        .isCloseTo(Math.sqrt(1 / share), within(0.02));
  }

  private static double size(Model model, String kernel) {
    double squares = 0;
    for (float v : model.weights().get(kernel).values()) {
      squares += v * v;
    }
    return Math.sqrt(squares);
  }

  /** All of one size, which is that of the whole kernel; elsewhere as the ticket. */
  @Test
  void signsAreThoseOfTheTicket() {
    Model ticket = start("winning-ticket", 2);
    Model signs = start("signs", 2);
    for (Parameter p : signs.network().parameters()) {
      float[] found = signs.weights().get(p.name()).values();
      float[] own = ticket.weights().get(p.name()).values();
      if (!p.kind().isKernel()) {
        assertThat(found).isEqualTo(own);
        continue;
      }
      double squares = 0;
      for (float v : rewound().get(p.name()).values()) {
        squares += (double) v * v;
      }
      float size = (float) Math.sqrt(squares / found.length);
      for (int i = 0; i < found.length; i++) {
        assertThat(found[i]).isEqualTo(own[i] > 0 ? size : own[i] < 0 ? -size : 0f);
      }
    }
  }

  /** Tickets go on from the step; fresh weights have the whole recipe. */
  @Test
  void eachArmTrainsAsLongAsItMay() {
    Map<String, Integer> epochs =
        LOTTERY.drawn().stream()
            .filter(a -> a.round() < 2)
            .collect(
                Collectors.toMap(
                    LotteryArm::arm, a -> shop.store().find(a.task()).orElseThrow().epochs()));
    assertThat(epochs)
        .containsEntry("dense", 4)
        .containsEntry("winning-ticket", 3)
        .containsEntry("signs", 3)
        .containsEntry("shuffled", 3)
        .containsEntry("random-reinit", 4)
        .containsEntry("random-reinit-dense", 4);
  }

  /** One training of the whole network, one pruning a round; a longer lottery only adds to it. */
  @Test
  void whatIsSharedIsDoneOnce() {
    List<Task> order = LOTTERY.plan("x").order();
    assertThat(order).hasSize(1 + 2 * (1 + 5));
    List<String> longer =
        TinyLottery.of(TinyLottery.MAGNITUDE, TinyLottery.HALF, 3, STEP.toString())
            .plan("y")
            .order()
            .stream()
            .map(Task::key)
            .toList();
    assertThat(longer).hasSize(1 + 3 * (1 + 5)).containsAll(order.stream().map(Task::key).toList());
  }

  @Test
  void resultsSayWhichTicketIsWhich() {
    ComparisonResult result =
        new ComparisonFolder(
                LOTTERY.plan("tiny"),
                shop.store(),
                root.resolve("results"),
                new LotteryTelling(LOTTERY, shop.store()))
            .write("", "espalier lottery tiny.yaml");
    assertThat(result.arms()).hasSize(11);
    ArmResult dense = result.arms().get(0);
    assertThat(dense.arm()).isEqualTo("dense");
    assertThat(dense.density()).isEqualTo(1);
    assertThat(dense.round()).isZero();
    ArmResult ticket = result.arms().get(1);
    assertThat(ticket.arm()).isEqualTo("winning-ticket");
    assertThat(ticket.learningRate()).isEqualTo(0.05);
    assertThat(ticket.initialisation()).isEqualTo("weights of step 1ep1it");
    int all =
        end("winning-ticket", 1).masks().values().stream().mapToInt(m -> m.values().length).sum();
    assertThat(ticket.density()).isCloseTo((all - all / 2) / (double) all, within(1e-12));
    assertThat(result.arms().get(6).round()).isEqualTo(2);
    assertThat(result.reading()).hasSize(4).allMatch(s -> s.startsWith("Learning rate 0.05"));
    assertThat(root.resolve("results/seed-1/rate-0.05/round-1/winning-ticket/summary.json"))
        .exists();
  }

  /** A ticket's task is read back from its file as what it was. */
  @Test
  void aTicketIsFoundAgain() {
    Train task = arm("signs", 2).task();
    assertThat(shop.store().find(task)).isPresent();
    assertThat(task.preview(shop).orElseThrow().network().parameters())
        .hasSize(start("signs", 2).network().parameters().size());
    assertThat(Arrays.asList(task.start().title().split(" "))).contains("ticket");
    assertThat(task.start().title()).isEqualTo("ticket 2 of (train resnet8 on grey)");
    assertThat(task.start().pruned(shop)).isPresent();
    assertThat(task.start().accuracy(shop, LOTTERY.images())).isEqualTo(Optional.empty());
  }
}
