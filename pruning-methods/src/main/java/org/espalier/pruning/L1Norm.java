package org.espalier.pruning;

import jakarta.inject.Inject;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelGroup;

/**
 * Filters with a small sum of absolute weights go: Li et al. 2017, "Pruning Filters for Efficient
 * ConvNets", section 3.1. The filters of all layers that make the channel are summed: one layer, or
 * every layer that adds to a residual trunk.
 */
final class L1Norm implements StructuredMethod {
  static final String NAME = "l1-norm";

  @Inject
  L1Norm() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "filters with the smallest sum of absolute weights"
        + " (Li et al. 2017, Pruning Filters for Efficient ConvNets)";
  }

  @Override
  public double[] scores(ChannelGroup group, Weights weights, PruningSettings settings) {
    return Producers.sums(group, Producers.of(group), weights, Math::abs);
  }
}
