package org.espalier.pruning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A way down from the full widths to the smallest: on each rung one group loses one channel. The
 * widths on a rung are what is asked for, before floor and rounding.
 *
 * @param full the width of each group
 * @param losers for each rung, the group that loses a channel there
 */
record WidthLadder(int[] full, int[] losers) {

  /**
   * Every group loses the same share: next is the group that has lost the smallest share so far,
   * and of equal ones the first.
   */
  static WidthLadder uniform(int[] full) {
    record Loss(int group, int lost, int width) {
      /** Compares lost / width in whole numbers, for shares must tie exactly. */
      static int compare(Loss a, Loss b) {
        int shares = Long.compare((long) a.lost * b.width, (long) b.lost * a.width);
        return shares != 0 ? shares : Integer.compare(a.group, b.group);
      }
    }
    List<Loss> losses = new ArrayList<>();
    for (int g = 0; g < full.length; g++) {
      for (int lost = 0; lost < full[g]; lost++) {
        losses.add(new Loss(g, lost, full[g]));
      }
    }
    losses.sort(Loss::compare);
    return new WidthLadder(full, losses.stream().mapToInt(Loss::group).toArray());
  }

  /**
   * Of all channels of all groups together, the one with the lowest score is next; of equal ones
   * the first. The last channel of all stays.
   *
   * @param scores of each group's channels
   * @param comparable whether scores of different groups mean the same; if not, they are divided by
   *     the mean of their group
   */
  static WidthLadder byScore(List<double[]> scores, boolean comparable) {
    record Channel(int group, double score) {}
    List<Channel> channels = new ArrayList<>();
    for (int g = 0; g < scores.size(); g++) {
      double mean = Arrays.stream(scores.get(g)).average().orElse(1);
      for (double score : scores.get(g)) {
        channels.add(new Channel(g, comparable || mean == 0 ? score : score / mean));
      }
    }
    channels.sort(Comparator.comparingDouble(Channel::score)); // stable
    return new WidthLadder(
        scores.stream().mapToInt(s -> s.length).toArray(),
        channels.stream().limit(channels.size() - 1L).mapToInt(Channel::group).toArray());
  }

  /** The lowest rung, where as much is gone as can be. The highest is 0. */
  int lowest() {
    return losers.length;
  }

  /** The widths on a rung. */
  int[] at(int rung) {
    int[] widths = full.clone();
    for (int i = 0; i < rung; i++) {
      widths[losers[i]]--;
    }
    return widths;
  }

  /** See {@link Rungs#first}. */
  int first(IntPredicate lowEnough) {
    return Rungs.first(lowest(), lowEnough);
  }
}
