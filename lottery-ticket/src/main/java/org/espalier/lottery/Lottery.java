package org.espalier.lottery;

import java.util.List;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.training.Recipe;
import org.espalier.framework.training.Step;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.espalier.graphs.settings.Setting;
import org.espalier.pruning.Amount;
import org.espalier.pruning.PruningMethod;
import org.espalier.pruning.weights.Magnitude;

/**
 * The question of Frankle and Carbin 2019, "The Lottery Ticket Hypothesis", and of Liu et al. 2019,
 * section 6: a network is trained and pruned, round by round; is what is left worth more with the
 * weights that it began with than with others? For every learning rate and seed.
 *
 * @param recipe of every training; its learning rate gives way to {@code learningRates}
 * @param amount of what is left, how much goes in each round
 * @param oneShot every round cuts the network that was trained whole, as deep as so many rounds
 *     would
 * @param rewind where in the recipe tickets begin: with the weights of that step
 * @param controls if empty, none
 * @param stability whether copies are trained as well, to see how far apart the order of images
 *     takes them (Frankle et al. 2020)
 */
public record Lottery(
    @Setting(value = "", inline = true) ArchitectureSpec network,
    @Setting(value = "", inline = true) DataSpec images,
    @Setting(value = "", inline = true) Recipe recipe,
    @Setting(
            value = "Pruning method: {pruning methods}.",
            inline = true,
            standard = Magnitude.class)
        PruningMethod method,
    @Setting(value = "", inline = true) Amount amount,
    @Setting(
            value =
                "Rounds of training and pruning; of what is left, each takes as much as the first.",
            defaultValue = "1")
        int rounds,
    @Setting(
            value =
                "Prune the network that was trained whole in every round, as deep as so many rounds"
                    + " would, instead of the last ticket.",
            defaultValue = "false")
        boolean oneShot,
    @Setting(
            value =
                "Step of the training whose weights and learning rate tickets begin with, such as 0ep"
                    + " (the initial weights), 500it or 4ep.",
            defaultValue = "0ep")
        Step rewind,
    @Setting(
            value =
                "What goes back to that step: weights and learning rate (weights), or the learning rate"
                    + " alone (rate).",
            defaultValue = "weights")
        Rewinding rewinding,
    @Setting(
            value =
                "What tickets of removed channels are trained as: the small network (cut), or the whole"
                    + " one in which masks silence them (masks).",
            defaultValue = "cut")
        Form form,
    @Setting(
            value = "Learning rates at the start; the whole lottery is run for each.",
            defaultValue = "0.1,0.01")
        List<Double> learningRates,
    @Setting(
            value =
                "What the winning ticket is held against: random-reinit, random-reinit-dense, shuffled,"
                    + " signs.",
            defaultValue = "random-reinit,random-reinit-dense,shuffled,signs")
        List<Control> controls,
    @Setting(
            value =
                "Also train each network and ticket a second time from the rewind step, with the images in"
                    + " another order, and measure the error barrier between the two (linear mode"
                    + " connectivity).",
            defaultValue = "false")
        boolean stability,
    @Setting(value = "Seeds; every arm is run once for each.", defaultValue = "1,2,3,4,5")
        List<Long> seeds) {

  public Lottery {
    learningRates = List.copyOf(learningRates);
    controls = List.copyOf(controls);
    seeds = List.copyOf(seeds);
    Plan.checkSeeds(seeds);
    if (rounds < 1) {
      throw new UsageException("rounds must be at least 1, found " + rounds);
    }
    if (learningRates.isEmpty() || repeats(learningRates)) {
      throw new UsageException(
          "learning-rates must be one or more, all different; found " + learningRates);
    }
    learningRates.forEach(recipe::withLearningRate); // refuses those that are none
    if (repeats(controls)) {
      throw new UsageException("controls must all be different; found one twice");
    }
    if (rewind.epochs() >= recipe.epochs()) {
      throw new UsageException(
          "rewind: no step is left after " + rewind + " of " + recipe.epochs() + " epochs");
    }
    if (rounds > 1 && amount.ratio().isEmpty()) {
      throw new UsageException(
          "rounds need a ratio, which says of what is left how much goes; found " + amount.title());
    }
    if (form == Form.MASKS && method.masksWeights()) {
      throw new UsageException(
          "form says what removed channels become; this method masks single weights");
    }
    if (form == Form.MASKS && (rounds > 1 && !oneShot || rewinding == Rewinding.RATE)) {
      throw new UsageException(
          "form: masks go with one round, or one-shot, and with weights that are rewound");
    }
    if (oneShot && !amount.ratios().isEmpty()) {
      throw new UsageException("one-shot goes with one ratio for all; leave out ratios");
    }
  }

  private static boolean repeats(List<?> list) {
    return list.stream().distinct().count() < list.size();
  }

  /** How much goes in a round, counted from 1, of the network that is pruned in it. */
  Amount amount(int round) {
    if (!oneShot || round == 1) {
      return amount;
    }
    double ratio = 1 - Math.pow(1 - amount.ratio().orElseThrow(), round);
    return Amount.ratio(ratio).with(l -> amount.limits());
  }

  /** All that is to be done. */
  public Plan plan(String name) {
    Plan plan = Plan.named(name);
    for (LotteryDraw draw : draws()) {
      for (LotteryArm arm : draw.arms()) {
        plan = plan.arm(arm.name(), arm.seed(), arm.task());
      }
      for (LotteryPath path : draw.paths()) {
        plan = plan.arm(path.name(), path.seed(), path.task());
      }
    }
    return plan;
  }

  /** Every arm with what tells it from the others, in the order of the plan. */
  List<LotteryArm> drawn() {
    return draws().stream().flatMap(draw -> draw.arms().stream()).toList();
  }

  /** Every pair of copies, in the order of the plan. */
  List<LotteryPath> paths() {
    return draws().stream().flatMap(draw -> draw.paths().stream()).toList();
  }

  private List<LotteryDraw> draws() {
    return learningRates.stream()
        .flatMap(rate -> seeds.stream().map(seed -> new LotteryDraw(this, rate, seed)))
        .toList();
  }
}
