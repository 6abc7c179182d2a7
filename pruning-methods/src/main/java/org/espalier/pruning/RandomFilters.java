package org.espalier.pruning;

import jakarta.inject.Inject;
import java.util.Arrays;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelGroup;

/**
 * The control for every method that claims to know which filters matter: the same widths, but the
 * filters are drawn at random. Li et al. 2017, "Pruning Filters for Efficient ConvNets", section
 * 4.4, compare with it. Each group has a random stream of its own.
 */
final class RandomFilters implements StructuredMethod {
  static final String NAME = "random";

  @Inject
  RandomFilters() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "filters drawn at random, the control for the other methods"
        + " (Li et al. 2017, Pruning Filters for Efficient ConvNets)";
  }

  @Override
  public double[] scores(ChannelGroup group, Weights weights, PruningSettings settings) {
    RandomStream stream = RandomStream.of(settings.seed(), "random-filters", group.id());
    return Arrays.stream(stream.permutation(group.channels())).asDoubleStream().toArray();
  }
}
