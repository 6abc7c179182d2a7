package org.espalier.lottery;

import java.util.Optional;
import org.espalier.framework.experiments.Train;
import org.espalier.pruning.Prune;

/**
 * One training of a lottery.
 *
 * @param arm {@link #DENSE}, {@link #TICKET} or a control
 * @param round how often its network was pruned
 * @param start what it starts with, in a few words
 * @param drawn the pruning that left its network, if it was pruned
 */
record LotteryArm(
    String arm,
    long seed,
    double learningRate,
    int round,
    String start,
    Optional<Prune> drawn,
    Train task) {
  /** The network that is never pruned. */
  static final String DENSE = "dense";

  /** The winning ticket, if it wins. */
  static final String TICKET = "winning-ticket";

  /** Its name in the plan, which is the path of its link. */
  String name() {
    return name(learningRate, round, arm);
  }

  static String name(double learningRate, int round, String last) {
    return "rate-" + learningRate + (round == 0 ? "" : "/round-" + round) + "/" + last;
  }
}
