package org.espalier.pruning;

import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.settings.Named;

/**
 * Filters with a small sum of absolute weights go: Li et al. 2017, "Pruning Filters for Efficient
 * ConvNets", section 3.1. The filters of all layers that make the channel are summed: one layer, or
 * every layer that adds to a residual trunk.
 */
@Named(
    value = "l1-norm",
    description =
        "filters with the smallest sum of absolute weights"
            + " (Li et al. 2017, Pruning Filters for Efficient ConvNets)")
public record L1Norm() implements ScoringMethod {
  @Override
  public double[] scores(ChannelGroup group, Evidence evidence) {
    return Producers.sums(group, Producers.of(group), evidence.weights(), Math::abs);
  }
}
