package org.espalier.pruning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.rewrites.Cut;

/**
 * The channels of some groups, best first.
 *
 * @param groups that may be cut
 * @param scores of each group's channels
 * @param orders for each group its channels by falling score; of equal ones the first comes first
 */
record Ranking(List<ChannelGroup> groups, List<double[]> scores, List<int[]> orders) {

  /**
   * @param name the method's
   */
  static Ranking of(
      ScoringMethod method, String name, List<ChannelGroup> groups, Evidence evidence) {
    List<int[]> orders = new ArrayList<>();
    List<double[]> all = method.scores(groups, evidence);
    for (int g = 0; g < groups.size(); g++) {
      double[] scores = all.get(g);
      check(name, groups.get(g), scores);
      orders.add(
          IntStream.range(0, scores.length)
              .boxed()
              .sorted(Comparator.comparingDouble(channel -> -scores[channel])) // stable
              .mapToInt(Integer::intValue)
              .toArray());
    }
    return new Ranking(groups, all, orders);
  }

  private static void check(String name, ChannelGroup group, double[] scores) {
    if (scores.length != group.channels()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "group '%s': expected %d scores of %s, found %d",
              group.id(),
              group.channels(),
              name,
              scores.length));
    }
    for (int channel = 0; channel < scores.length; channel++) {
      if (!Double.isFinite(scores[channel])) {
        throw new BadInputException(
            String.format(
                Locale.ROOT,
                "group '%s', channel %d: expected a finite %s score, found %s; check the weights",
                group.id(),
                channel,
                name,
                scores[channel]));
      }
    }
  }

  /** The best channels of each group, in their old order. */
  List<Cut.Group> best(int[] widths) {
    List<Cut.Group> cut = new ArrayList<>();
    for (int g = 0; g < groups.size(); g++) {
      int[] kept = Arrays.copyOf(orders.get(g), widths[g]);
      Arrays.sort(kept);
      cut.add(Cut.Group.of(groups.get(g), kept));
    }
    return cut;
  }
}
