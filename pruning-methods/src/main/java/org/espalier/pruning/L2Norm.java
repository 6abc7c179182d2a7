package org.espalier.pruning;

import java.util.Arrays;
import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.settings.Named;

/**
 * Filters with a small Euclidean norm go: the criterion of He et al. 2018, "Soft Filter Pruning",
 * section 3.2, applied once. All layers that make the channel count as one long filter.
 */
@Named(
    value = "l2-norm",
    description =
        "filters with the smallest Euclidean norm (criterion of He et al. 2018, Soft Filter"
            + " Pruning)")
public record L2Norm() implements ScoringMethod {
  @Override
  public double[] scores(ChannelGroup group, Evidence evidence) {
    double[] squares = Producers.sums(group, Producers.of(group), evidence.weights(), w -> w * w);
    return Arrays.stream(squares).map(Math::sqrt).toArray();
  }
}
