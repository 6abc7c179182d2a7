package org.espalier.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.espalier.framework.experiments.Need;
import org.espalier.framework.experiments.Result;
import org.espalier.framework.experiments.Task;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.experiments.Workshop;
import org.espalier.framework.runs.CutFile;
import org.espalier.framework.runs.Digests;
import org.espalier.framework.runs.ModelFolder;
import org.espalier.framework.runs.RunSummary;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.settings.SettingsReader;
import org.espalier.framework.settings.SettingsSource;
import org.espalier.framework.training.Step;
import org.espalier.graphs.Model;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.pruning.Amount;
import org.espalier.pruning.L1Norm;
import org.espalier.pruning.Limits;
import org.espalier.pruning.Prune;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans of lotteries, and tickets that are small networks. */
class LotteryTest {
  @TempDir Path root;

  private static LotteryArm arm(Lottery lottery, String name, int round) {
    return lottery.drawn().stream()
        .filter(a -> a.arm().equals(name) && a.round() == round)
        .findFirst()
        .orElseThrow();
  }

  private static Lottery with(Lottery lottery, String setting, Object value) {
    return Settings.with(lottery, setting, value);
  }

  /** The small network of each round holds the initial weights of the channels that stay. */
  @Test
  void ticketsOfCutsAreGatheredFromTheStart() {
    Lottery lottery = TinyLottery.of(new L1Norm(), Amount.ratio(0.5), 2, "0ep");
    Workshop shop = TinyLottery.run(lottery, root);
    Model initial = arm(lottery, "dense", 0).task().job(shop).start();
    String kernel = "stage3/block1/conv1/kernel";
    Model before = initial;
    for (int round = 1; round <= 2; round++) {
      LotteryArm arm = arm(lottery, "winning-ticket", round);
      Path drawn = shop.store().folder(arm.drawn().orElseThrow());
      Model ticket = arm.task().job(shop).start();
      assertThat(Digests.of(ticket.network()))
          .isEqualTo(Digests.of(ModelFolder.loadNetwork(drawn)));
      assertThat(ticket.weights().get(kernel))
          .isEqualTo(before.weights().get(kernel).gather(3, kept(drawn, "stage3/block1/conv1")));
      before = ticket;
    }
    assertThat(before.network().parameter(kernel).shape().last()).isEqualTo(2);
    Cut cut = CutFile.read(shop.store().folder(drawn(lottery, 1)).resolve(CutFile.FILE));
    Cut shuffled = Initialisation.SHUFFLED.cut(cut, 7);
    assertThat(shuffled.groups()).hasSameSizeAs(cut.groups()).isNotEqualTo(cut.groups());
    for (int g = 0; g < cut.groups().size(); g++) {
      assertThat(shuffled.groups().get(g).kept()).hasSameSizeAs(cut.groups().get(g).kept());
    }
    assertThat(new LotteryTelling(lottery, shop.store()))
        .satisfies(telling -> assertThat(density(telling, lottery, 2)).isBetween(0.2, 0.4));
  }

  private double density(LotteryTelling telling, Lottery lottery, int round) {
    Workshop shop = TinyLottery.shop(root);
    LotteryArm arm = arm(lottery, "winning-ticket", round);
    double own =
        (double) parameters(shop, arm.task()) / parameters(shop, arm(lottery, "dense", 0).task());
    var plain =
        org.espalier.pruning.comparison.ArmResult.of(
            arm.name(), 1, shop.store().find(arm.task()).orElseThrow(), "x");
    double told =
        telling
            .told(plain, new org.espalier.framework.experiments.Arm(arm.name(), 1, arm.task()))
            .density();
    assertThat(told).isEqualTo(own, org.assertj.core.data.Offset.offset(1e-12));
    return told;
  }

  private static long parameters(Workshop shop, Task task) {
    return shop.store().find(task).orElseThrow().parameters();
  }

  private static Prune drawn(Lottery lottery, int round) {
    return arm(lottery, "winning-ticket", round).drawn().orElseThrow();
  }

  private static int[] kept(Path drawn, String group) {
    return CutFile.read(drawn.resolve(CutFile.FILE)).groups().stream()
        .filter(g -> g.id().equals(group))
        .flatMap(g -> g.kept().stream())
        .mapToInt(k -> k)
        .toArray();
  }

  /**
   * The other form of a ticket of channels: the whole network, with all of what is gone silenced.
   * It starts, learns and ends as the small one.
   */
  @Test
  void masksInThePlaceOfACutLearnTheSame() {
    Lottery cut = TinyLottery.of(new L1Norm(), Amount.ratio(0.5), 1, "1ep");
    Lottery masks = with(cut, "form", Form.MASKS);
    Workshop shop = TinyLottery.run(with(cut, "controls", List.of()), root);
    TinyLottery.run(
        with(masks, "controls", List.of(Control.RANDOM_REINIT, Control.RANDOM_REINIT_DENSE)), root);
    Train small = arm(cut, "winning-ticket", 1).task();
    Train whole = arm(masks, "winning-ticket", 1).task();
    var data = shop.data(cut.images());
    Model start = whole.job(shop).start();
    assertThat(shop.score(start, data).loss())
        .isEqualTo(
            shop.score(small.job(shop).start(), data).loss(),
            org.assertj.core.data.Offset.offset(1e-6));
    RunSummary learned = shop.store().find(whole).orElseThrow();
    assertThat(learned.loss())
        .isEqualTo(
            shop.store().find(small).orElseThrow().loss(),
            org.assertj.core.data.Offset.offset(1e-4));
    assertThat(learned.parameters())
        .isEqualTo(parameters(shop, arm(cut, "dense", 0).task()))
        .isGreaterThan(parameters(shop, small));
    Model end = ModelFolder.load(shop.store().folder(whole));
    String scale = "stage3/block1/conv1/bn/scale";
    assertThat(start.masks()).containsKey(scale);
    int[] kept = kept(shop.store().folder(drawn(cut, 1)), "stage3/block1/conv1");
    for (int c = 0; c < end.weights().get(scale).values().length; c++) {
      boolean stays = java.util.Arrays.binarySearch(kept, c) >= 0;
      assertThat(end.weights().get(scale).values()[c] != 0).as("channel " + c).isEqualTo(stays);
    }
    Model fresh = arm(masks, "random-reinit", 1).task().job(shop).start();
    assertThat(fresh.masks()).isEqualTo(start.masks());
    assertThat(fresh.weights().get(scale)).isNotEqualTo(start.weights().get(scale));
  }

  @Test
  void masksInThePlaceOfACutHaveTheirLimits() {
    Lottery rounds = TinyLottery.of(new L1Norm(), Amount.ratio(0.5), 2, "0ep");
    assertRefused(() -> with(rounds, "form", Form.MASKS), "form: masks go with one round");
    assertThat(with(with(rounds, "oneShot", true), "form", Form.MASKS).drawn())
        .extracting(LotteryArm::arm)
        .contains("random-reinit-dense");
    assertRefused(
        () ->
            with(
                TinyLottery.of(TinyLottery.MAGNITUDE, TinyLottery.HALF, 1, "0ep"),
                "form",
                Form.MASKS),
        "form says what removed channels become");
    assertThatThrownBy(() -> Ticket.of(drawn(rounds, 2), Step.ofEpochs(0)).as(Form.MASKS))
        .hasMessageContaining("masks in the place of a cut go with one round");
  }

  /** Fresh weights of a small network are spread in one way only. */
  @Test
  void cutsHaveOneFreshControl() {
    Lottery lottery = TinyLottery.of(new L1Norm(), Amount.ratio(0.5), 1, "0ep");
    assertThat(lottery.drawn())
        .extracting(LotteryArm::arm)
        .containsExactly("dense", "winning-ticket", "random-reinit", "shuffled", "signs");
  }

  @Test
  void inOneShotEveryRoundCutsTheWholeNetworkAsDeep() {
    Lottery rounds = TinyLottery.of(TinyLottery.MAGNITUDE, TinyLottery.HALF, 3, "0ep");
    Lottery oneShot = with(rounds, "oneShot", true);
    Task dense = arm(oneShot, "dense", 0).task();
    for (int round = 1; round <= 3; round++) {
      Prune drawn = drawn(oneShot, round);
      assertThat(drawn.needs()).extracting(Task::key).containsExactly(dense.key());
      assertThat(drawn.how().amount().ratio()).contains(1 - Math.pow(0.5, round));
      assertThat(drawn.how().amount().limits().scope()).isEqualTo(Limits.Scope.GLOBAL);
    }
    assertThat(drawn(rounds, 3).how().amount().ratio()).contains(0.5);
    assertThat(drawn(rounds, 3).needs())
        .extracting(Task::key)
        .containsExactly(arm(rounds, "winning-ticket", 2).task().key());
  }

  @Test
  void withTheRateAloneRewoundTheWeightsStayTrained() {
    Lottery lottery =
        with(
            TinyLottery.of(TinyLottery.MAGNITUDE, TinyLottery.HALF, 1, "1ep"),
            "rewinding",
            Rewinding.RATE);
    Train task = arm(lottery, "winning-ticket", 1).task();
    assertThat(task.start()).isEqualTo(Result.of(drawn(lottery, 1)));
    assertThat(task.begin()).isEqualTo(Step.parse("1ep"));
    assertThat(arm(lottery, "winning-ticket", 1).start())
        .isEqualTo("trained weights, learning rate of step 1ep");
  }

  /** Everything of one seed is drawn by it, and the learning rates share what does not depend. */
  @Test
  void seedsAndRatesAreRunsOfTheirOwn() {
    Lottery lottery =
        with(
            with(
                TinyLottery.of(TinyLottery.MAGNITUDE, TinyLottery.HALF, 1, "0ep"),
                "seeds",
                List.of(1L, 2L)),
            "learningRates",
            List.of(0.1, 0.01));
    assertThat(lottery.plan("x").order()).hasSize(2 * 2 * (1 + 1 + 5));
    assertThat(lottery.drawn())
        .extracting(LotteryArm::name)
        .contains("rate-0.1/dense", "rate-0.01/round-1/winning-ticket");
    Train high = lottery.drawn().get(0).task();
    Train low =
        lottery.drawn().stream().filter(a -> a.learningRate() == 0.01).findFirst().get().task();
    assertThat(low.start()).isEqualTo(high.start());
    assertThat(low.seed()).isEqualTo(high.seed());
    for (long seed : lottery.seeds()) {
      assertThat(lottery.drawn().stream().filter(a -> a.seed() == seed).map(a -> a.task().seed()))
          .as("the order of the images is one for all arms of a seed")
          .hasSize(2 * 6)
          .containsOnly(RandomStream.of(seed, "lottery", "order of images").nextLong());
    }
    assertThat(low.recipe()).isEqualTo(high.recipe().withLearningRate(0.01));
  }

  private static void assertRefused(Supplier<Lottery> made, String message) {
    assertThatThrownBy(made::get).isInstanceOf(UsageException.class).hasMessageContaining(message);
  }

  /** Only what a training left has weights from before it. */
  @Test
  void ticketsAreDrawnByPruningATraining() {
    Lottery lottery = TinyLottery.of(TinyLottery.MAGNITUDE, TinyLottery.HALF, 1, "0ep");
    Train dense = arm(lottery, "dense", 0).task();
    Step start = Step.ofEpochs(0);
    assertThatThrownBy(
            () -> new Ticket(new Need(dense), start, Initialisation.REWOUND, 1, Form.CUT))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("a ticket is drawn by a pruning, found: train resnet8");
    Prune untrained = Prune.of(dense.start(), TinyLottery.MAGNITUDE, TinyLottery.HALF);
    assertThatThrownBy(() -> Ticket.of(untrained, start))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("a ticket is drawn by the pruning of a training, found: prune");
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    Lottery good = TinyLottery.of(TinyLottery.MAGNITUDE, TinyLottery.HALF, 2, "0ep");
    assertRefused(() -> with(good, "rounds", 0), "rounds must be at least 1, found 0");
    assertRefused(
        () -> with(good, "rewind", Step.parse("4ep1it")),
        "rewind: no step is left after 4ep1it of 4 epochs");
    assertRefused(() -> with(good, "seeds", List.of(1L, 1L)), "seeds must be one or more");
    assertRefused(
        () -> with(good, "learningRates", List.of()), "learning-rates must be one or more");
    assertRefused(
        () -> with(good, "learningRates", List.of(0.1, 0.1)), "learning-rates must be one or more");
    assertRefused(
        () -> with(good, "controls", List.of(Control.SIGNS, Control.SIGNS)), "all be different");
    assertRefused(
        () -> with(good, "amount", Amount.macs(0.5)),
        "rounds need a ratio, which says of what is left how much goes; found macs 0.5");
    assertRefused(
        () ->
            with(
                with(with(good, "rounds", 1), "amount", Amount.ratios(Map.of("dense", 0.5))),
                "oneShot",
                true),
        "one-shot goes with one ratio for all");
  }

  @Test
  void settingsAreReadByName() {
    Map<String, Object> file =
        Map.of(
            "architecture", "lenet-300-100",
            "dataset", "fashion-mnist",
            "ratio", 0.2,
            "scope", "global",
            "kernels", "all",
            "rounds", 17,
            "rewind", "500it",
            "learning-rates", List.of(0.1, 0.01),
            "controls", List.of("random-reinit", "signs"));
    Lottery read =
        new SettingsReader(TinyLottery.words())
            .read(Lottery.class, List.of(new SettingsSource("file", file)), java.util.Set.of());
    assertThat(read.method()).isEqualTo(TinyLottery.MAGNITUDE);
    assertThat(read.rewind()).isEqualTo(Step.parse("500it"));
    assertThat(read.controls()).containsExactly(Control.RANDOM_REINIT, Control.SIGNS);
    assertThat(read.seeds()).hasSize(5);
    assertThat(read.amount(17).ratio()).contains(0.2);
  }
}
