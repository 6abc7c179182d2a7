package org.espalier.pruning;

import java.util.List;
import java.util.Optional;
import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.channels.ChannelGroup;

/**
 * A method that removes the channels with the lowest scores. All that it has to say is how much a
 * channel matters. Which groups are cut and how wide they stay follows from the network and the
 * amount alone, so two such methods with the same amount leave the same widths, unless channels of
 * all groups are ranked together or one method has nothing to say about a group.
 */
public interface ScoringMethod extends PruningMethod {
  /**
   * How much each channel of a group matters; higher stays longer. A local ranking compares scores
   * within their group only.
   *
   * @return one finite number for each channel
   */
  double[] scores(ChannelGroup group, Evidence evidence);

  /** The same of several groups, for a method that finds them all in one go. */
  default List<double[]> scores(List<ChannelGroup> groups, Evidence evidence) {
    return groups.stream().map(group -> scores(group, evidence)).toList();
  }

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

  @Override
  default Pruned prune(Evidence evidence, Amount amount) {
    return new ScoreAndRank(this, evidence, amount).pruned();
  }
}
