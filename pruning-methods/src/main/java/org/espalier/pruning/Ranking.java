package org.espalier.pruning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.rewrites.Cut;

/**
 * The channels of some groups, best first.
 *
 * @param groups that may be cut
 * @param scores of each group's channels
 * @param orders for each group its channels by falling score; of equal ones the first comes first
 */
record Ranking(
    StructuredMethod method,
    PruningSettings settings,
    List<ChannelGroup> groups,
    List<double[]> scores,
    List<int[]> orders) {

  static Ranking of(
      StructuredMethod method,
      PruningSettings settings,
      List<ChannelGroup> groups,
      Weights weights) {
    List<int[]> orders = new ArrayList<>();
    List<double[]> all = new ArrayList<>();
    for (ChannelGroup group : groups) {
      double[] scores = method.scores(group, weights, settings);
      check(method, group, scores);
      all.add(scores);
      orders.add(
          IntStream.range(0, scores.length)
              .boxed()
              .sorted(Comparator.comparingDouble(channel -> -scores[channel])) // stable
              .mapToInt(Integer::intValue)
              .toArray());
    }
    return new Ranking(method, settings, groups, all, orders);
  }

  private static void check(StructuredMethod method, ChannelGroup group, double[] scores) {
    for (int channel = 0; channel < scores.length; channel++) {
      if (!Double.isFinite(scores[channel])) {
        throw new BadInputException(
            "group '%s', channel %d: expected a finite %s score, found %s; check the weights"
                .formatted(group.id(), channel, method.name(), scores[channel]));
      }
    }
  }

  /** Channels of all groups ranked against each other. */
  GlobalPlan global(WidthRule rule) {
    return new GlobalPlan(groups, scores, method.comparesGroups(), rule);
  }

  /** The cut that keeps the best channels of each group, in their old order. */
  Cut cut(int[] widths) {
    List<Cut.Group> cut = new ArrayList<>();
    for (int g = 0; g < groups.size(); g++) {
      int[] kept = Arrays.copyOf(orders.get(g), widths[g]);
      Arrays.sort(kept);
      cut.add(Cut.Group.of(groups.get(g), kept));
    }
    return new Cut(method.name(), settings.asMap(), cut);
  }
}
