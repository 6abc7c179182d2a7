package org.espalier.pruning;

import java.util.List;
import java.util.Optional;
import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;
import org.espalier.graphs.settings.Named;

/**
 * Channels that batch norm scales down go: Liu et al. 2017, "Learning Efficient Convolutional
 * Networks through Network Slimming", section 3. Where several batch norms follow a channel, their
 * absolute scales are summed. Says most after a training that drives the scales to zero.
 */
@Named(
    value = "bn-scale",
    description =
        "channels with the smallest absolute scale of batch norm"
            + " (Liu et al. 2017, Network Slimming)")
public record BatchNormScale() implements ScoringMethod {
  private static List<Member> scales(ChannelGroup group) {
    return group.members(Member.Role.FOLLOWER).stream()
        .filter(m -> m.parameter().kind() == ParameterKind.BN_SCALE)
        .toList();
  }

  @Override
  public Optional<String> unableToScore(ChannelGroup group) {
    return scales(group).isEmpty() ? Optional.of("no batch norm follows it") : Optional.empty();
  }

  /** The scales of all batch norms are compared as they are: section 3 of the paper. */
  @Override
  public boolean comparesGroups() {
    return true;
  }

  @Override
  public double[] scores(ChannelGroup group, Evidence evidence) {
    return Producers.sums(group, scales(group), evidence.weights(), Math::abs);
  }
}
