package org.espalier.pruning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.espalier.graphs.channels.ChannelGroup;

/**
 * Of all channels of all groups together, the share with the lowest scores goes. The parts of a
 * step are single channels, so a step is never divided.
 */
final class GlobalPlan implements WidthPlan {
  private final List<ChannelGroup> groups;
  private final WidthRule rule;

  /** The group of each channel, by rising score. */
  private final int[] order;

  /**
   * @param scores of each group's channels
   * @param comparable whether scores of different groups mean the same; if not, they are divided by
   *     the mean of their group
   */
  GlobalPlan(List<ChannelGroup> groups, List<double[]> scores, boolean comparable, WidthRule rule) {
    this.groups = groups;
    this.rule = rule;
    record Channel(int group, double score) {}
    List<Channel> channels = new ArrayList<>();
    for (int g = 0; g < groups.size(); g++) {
      double mean = Arrays.stream(scores.get(g)).average().orElse(1);
      for (double score : scores.get(g)) {
        channels.add(new Channel(g, comparable || mean == 0 ? score : score / mean));
      }
    }
    channels.sort(Comparator.comparingDouble(Channel::score)); // stable
    order = channels.stream().mapToInt(Channel::group).toArray();
  }

  @Override
  public int parts() {
    return 1;
  }

  @Override
  public Widths at(double level) {
    int[] asked = groups.stream().mapToInt(ChannelGroup::channels).toArray();
    int gone = (int) (order.length * level);
    for (int i = 0; i < gone; i++) {
      asked[order[i]]--;
    }
    return rule.widths(groups, asked);
  }

  @Override
  public Widths between(double low, double high, int parts) {
    return at(parts > 0 ? high : low);
  }
}
