package org.espalier.pruning;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.channels.ChannelGroup;

/**
 * Finds the ratio that brings a network down to a number of multiply-accumulates: the smallest one
 * ratio for all groups that does not miss the target. Widths move in steps, many groups at once; so
 * the last step is taken back for as many of the last groups as the target allows.
 */
final class MacTarget {
  /** Halvings of [0, 1): far more than tell any two widths apart. */
  private static final int HALVINGS = 40;

  private final List<ChannelGroup> groups;
  private final WidthRule rule;
  private final ToLongFunction<int[]> count;
  private final Map<List<Integer>, Long> counted = new HashMap<>();

  /**
   * @param count the multiply-accumulates of the network with the groups cut to these widths
   */
  MacTarget(List<ChannelGroup> groups, WidthRule rule, ToLongFunction<int[]> count) {
    this.groups = groups;
    this.rule = rule;
    this.count = count;
  }

  /**
   * The ratio of each group.
   *
   * @param target a fraction of {@code before} if at most 1, else a number
   * @param before the multiply-accumulates of the uncut network
   * @throws UsageException if even the smallest network is above the target
   */
  double[] ratios(double target, long before) {
    double limit = target <= 1 ? target * before : target;
    double low = 0;
    double high = Math.nextDown(1.0);
    if (macs(uniform(low)) <= limit) {
      return uniform(low);
    }
    long smallest = macs(uniform(high));
    if (smallest > limit) {
      throw unreachable(limit, before, smallest);
    }
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (macs(uniform(middle)) <= limit) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return lastStep(low, high, limit);
  }

  /** The high ratio for the first groups, as few as will do, and the low one for the others. */
  private double[] lastStep(double low, double high, double limit) {
    int tooFew = 0;
    int enough = groups.size();
    while (enough - tooFew > 1) {
      int middle = (tooFew + enough) / 2;
      if (macs(mixed(middle, low, high)) <= limit) {
        enough = middle;
      } else {
        tooFew = middle;
      }
    }
    return mixed(enough, low, high);
  }

  private double[] uniform(double ratio) {
    return mixed(groups.size(), ratio, ratio);
  }

  private double[] mixed(int first, double low, double high) {
    double[] ratios = new double[groups.size()];
    Arrays.fill(ratios, low);
    Arrays.fill(ratios, 0, first, high);
    return ratios;
  }

  private long macs(double[] ratios) {
    int[] widths = rule.widths(groups, ratios);
    return counted.computeIfAbsent(
        Arrays.stream(widths).boxed().toList(), k -> count.applyAsLong(widths));
  }

  private UsageException unreachable(double limit, long before, long smallest) {
    return new UsageException(
        String.format(
            Locale.ROOT,
            "target-macs asks for at most %.0f of %d MACs (%.2f %%); with a floor of %d, widths"
                + " rounded to %d and the groups that may be cut, the fewest reachable are %d"
                + " (%.2f %%)",
            limit,
            before,
            100 * limit / before,
            rule.floor(),
            rule.roundTo(),
            smallest,
            100.0 * smallest / before));
  }
}
