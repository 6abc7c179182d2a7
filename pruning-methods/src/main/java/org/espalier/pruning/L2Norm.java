package org.espalier.pruning;

import jakarta.inject.Inject;
import java.util.Arrays;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelGroup;

/**
 * Filters with a small Euclidean norm go: the criterion of He et al. 2018, "Soft Filter Pruning",
 * section 3.2, applied once. All layers that make the channel count as one long filter.
 */
final class L2Norm implements StructuredMethod {
  static final String NAME = "l2-norm";

  @Inject
  L2Norm() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "filters with the smallest Euclidean norm (criterion of He et al. 2018, Soft Filter"
        + " Pruning)";
  }

  @Override
  public double[] scores(ChannelGroup group, Weights weights, PruningSettings settings) {
    double[] squares = Producers.sums(group, Producers.of(group), weights, w -> w * w);
    return Arrays.stream(squares).map(Math::sqrt).toArray();
  }
}
