package org.espalier.lottery;

import java.util.Optional;
import org.espalier.pruning.Prune;

/**
 * A look at two copies of a network of a lottery, trained with the images in different orders.
 *
 * @param round how often the network was pruned
 * @param start what both start with, in a few words
 * @param drawn the pruning that left the network, if it was pruned
 */
record LotteryPath(
    long seed,
    double learningRate,
    int round,
    String start,
    Optional<Prune> drawn,
    LinearPath task) {

  /** Its name in the plan, which is the path of its link. */
  String name() {
    return LotteryArm.name(learningRate, round, "path");
  }
}
