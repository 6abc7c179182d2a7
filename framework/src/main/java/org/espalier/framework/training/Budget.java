package org.espalier.framework.training;

import java.util.Optional;
import org.espalier.graphs.UsageException;

/**
 * How long a retraining of a pruned network takes: Liu et al. 2019, section 3, "Training budget".
 *
 * <p>Both scratch budgets start from fresh weights with the recipe of the large network. Scratch-E
 * gets as many epochs. Scratch-B gets as much computation: {@code int(E x large / pruned)} epochs,
 * by FLOPs in the reference's convention, and the milestones stretch with it.
 */
public enum Budget {
  /** Scratch-E: as many epochs as the large network. */
  E("scratch-e"),
  /** Scratch-B: as much computation as the large network. */
  B("scratch-b");

  private final String arm;

  Budget(String arm) {
    this.arm = arm;
  }

  /** The arm's name in results. */
  public String arm() {
    return arm;
  }

  /**
   * The recipe of Scratch-B.
   *
   * @param large the recipe that trained the large network
   * @param largeFlops of the large network for one image, reference convention
   * @param prunedFlops of the pruned one
   * @param cap if given, at most this many times the epochs (2 on ImageNet)
   */
  public static Recipe scratchB(
      Recipe large, long largeFlops, long prunedFlops, Optional<Double> cap) {
    return scratchB(large, largeFlops, prunedFlops, cap, 0);
  }

  /**
   * The same with more epochs on top; the milestones stretch over all of them. With those of
   * fine-tuning it is as much computation as a pruned network takes in all: its training before the
   * cut, {@code E x large}, and its fine-tuning, {@code F x pruned}, are together {@code E x large
   * / pruned + F} epochs of the pruned network.
   */
  public static Recipe scratchB(
      Recipe large, long largeFlops, long prunedFlops, Optional<Double> cap, int more) {
    return large.withEpochs(scratchBEpochs(large.epochs(), largeFlops, prunedFlops, cap) + more);
  }

  /** Never fewer than Scratch-E's: a cap below 1 is refused. */
  static int scratchBEpochs(int epochs, long largeFlops, long prunedFlops, Optional<Double> cap) {
    checkCap(cap);
    if (largeFlops < prunedFlops || prunedFlops <= 0) {
      throw new IllegalArgumentException(
          "a pruned network of " + prunedFlops + " FLOPs is not smaller than " + largeFlops);
    }
    double ratio = (double) largeFlops / prunedFlops;
    return (int) (epochs * (cap.isPresent() ? Math.min(ratio, cap.get()) : ratio));
  }

  /**
   * Refuses a cap that would make Scratch-B shorter than Scratch-E.
   *
   * @throws UsageException if the cap is below 1
   */
  public static void checkCap(Optional<Double> cap) {
    // Written so that NaN fails too.
    if (cap.isPresent() && !(cap.get() >= 1)) {
      throw new UsageException(
          "cap must be at least 1 (times the epochs of Scratch-E), found " + cap.get());
    }
  }
}
