package org.espalier.pruning;

import java.util.Arrays;
import java.util.List;
import org.espalier.graphs.channels.ChannelGroup;

/** Every group loses the same share of its channels. The parts of a step are the groups. */
record LocalPlan(List<ChannelGroup> groups, WidthRule rule) implements WidthPlan {
  @Override
  public int parts() {
    return groups.size();
  }

  @Override
  public Widths at(double level) {
    return between(level, level, 0);
  }

  @Override
  public Widths between(double low, double high, int parts) {
    double[] ratios = new double[groups.size()];
    Arrays.fill(ratios, low);
    Arrays.fill(ratios, 0, parts, high);
    return of(ratios);
  }

  /** With a share for each group. */
  Widths of(double[] ratios) {
    int[] asked = new int[ratios.length];
    Arrays.setAll(asked, g -> WidthRule.asked(groups.get(g).channels(), ratios[g]));
    return rule.widths(groups, asked);
  }
}
