package org.espalier.pruning;

import java.util.Arrays;
import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;

/**
 * The control for every method that claims to know which filters matter: the same widths, but the
 * filters are drawn at random. Li et al. 2017, "Pruning Filters for Efficient ConvNets", section
 * 4.4, compare with it. Each group has a random stream of its own.
 */
@Named(
    value = "random",
    description =
        "filters drawn at random, the control for the other methods"
            + " (Li et al. 2017, Pruning Filters for Efficient ConvNets)")
public record RandomFilters(@Setting(value = "Seed of the draw.", defaultValue = "1") long seed)
    implements ScoringMethod {
  @Override
  public double[] scores(ChannelGroup group, Evidence evidence) {
    RandomStream stream = RandomStream.of(seed, "random-filters", group.id());
    return Arrays.stream(stream.permutation(group.channels())).asDoubleStream().toArray();
  }
}
