package org.espalier.pruning;

import org.espalier.framework.evidence.Evidence;
import org.espalier.framework.settings.Settings;

/**
 * A way to choose what goes. An implementation is a record: its components are its settings, its
 * {@link org.espalier.graphs.settings.Named name} is the one by which people ask for it. It is a
 * pure function of the evidence and the amount. A method that only has to say how much a channel
 * matters is a {@link ScoringMethod}.
 */
public interface PruningMethod {
  /**
   * Whether it can tell from the weights how much is to go, because a training made it zero: {@link
   * Amount#asTrained()}.
   */
  default boolean findsAmount() {
    return false;
  }

  /** Whether it masks single weights; others remove channels. */
  default boolean masksWeights() {
    return false;
  }

  /** The same method drawing by another seed; itself if it draws nothing at random. */
  default PruningMethod drawingBy(long seed) {
    return Settings.all((Record) this).containsKey("seed")
        ? (PruningMethod) Settings.with((Record) this, "seed", seed)
        : this;
  }

  /**
   * Decides.
   *
   * @param amount how much is to go, and where
   * @throws org.espalier.graphs.UsageException if the amount does not fit the network: a preset for
   *     another one, an unknown group, a target out of reach
   * @throws org.espalier.graphs.BadInputException if the weights do not fit the network or are not
   *     finite
   */
  Pruned prune(Evidence evidence, Amount amount);

  /**
   * What {@link #prune} would answer as far as widths go, for those who only want to know how large
   * the network becomes. A method whose widths do not depend on what it looks at does not look.
   */
  default Pruned outline(Evidence evidence, Amount amount) {
    return prune(evidence, amount);
  }
}
