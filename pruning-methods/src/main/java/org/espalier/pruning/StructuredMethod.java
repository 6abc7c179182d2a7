package org.espalier.pruning;

import java.util.Optional;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelGroup;

/**
 * A method that removes whole channels, those with the lowest scores. All that a method has to say
 * is how much a channel matters; {@link Pruner} does the rest. To add one: a class and a line in
 * {@link PruningModule}.
 */
public non-sealed interface StructuredMethod extends PruningMethod {
  /**
   * How much each channel of a group matters; higher stays longer. Scores depend on no other group;
   * a local ranking compares them within their group only.
   *
   * @return one finite number for each channel
   */
  double[] scores(ChannelGroup group, Weights weights, PruningSettings settings);

  /**
   * Whether scores of different groups mean the same. If not, a global ranking divides them by the
   * mean of their group first.
   */
  default boolean comparesGroups() {
    return false;
  }

  /** Why the method has nothing to say about a group, which is then left whole. Usually empty. */
  default Optional<String> unableToScore(ChannelGroup group) {
    return Optional.empty();
  }
}
