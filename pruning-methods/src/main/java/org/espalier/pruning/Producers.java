package org.espalier.pruning;

import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;

/** What methods read of the layers that make or follow a group's channels. */
final class Producers {
  private Producers() {}

  /** The values of a member's parameter; fails if the weights do not fit the network. */
  static ShapedArray values(Member member, Weights weights) {
    return weights
        .matching(List.of(member.parameter()), "the weights to prune by")
        .get(member.parameter().name());
  }

  /**
   * The layers whose weights say how much a channel matters: those that make it or, for channels
   * that are only selected, those that read it.
   */
  static List<Member> of(ChannelGroup group) {
    List<Member> makers = group.members(Member.Role.PRODUCER);
    return makers.isEmpty() ? group.members(Member.Role.CONSUMER) : makers;
  }

  /**
   * For each channel of the group, the sum of {@code f(weight, other)} over all that belongs to it.
   *
   * @param others of the same shapes: gradients, or the like
   */
  static double[] productSums(
      ChannelGroup group,
      List<Member> members,
      Weights weights,
      Weights others,
      DoubleBinaryOperator f) {
    double[] scores = new double[group.channels()];
    for (Member member : members) {
      ShapedArray own = values(member, weights);
      float[] other = others.get(member.parameter().name()).values();
      int inner = 1;
      for (int a = member.axis() + 1; a < own.shape().rank(); a++) {
        inner *= own.shape().dim(a);
      }
      for (int i = 0; i < other.length; i++) {
        int channel = member.channelAt()[(i / inner) % member.channelAt().length];
        if (channel >= 0) {
          scores[channel] += f.applyAsDouble(own.values()[i], other[i]);
        }
      }
    }
    return scores;
  }

  /** For each channel of the group, the sum of {@code f(weight)} over all that belongs to it. */
  static double[] sums(
      ChannelGroup group, List<Member> members, Weights weights, DoubleUnaryOperator f) {
    double[] scores = new double[group.channels()];
    for (Member member : members) {
      double[] sums = values(member, weights).sumOver(member.axis(), f);
      for (int i = 0; i < sums.length; i++) {
        int channel = member.channelAt()[i];
        if (channel >= 0) {
          scores[channel] += sums[i];
        }
      }
    }
    return scores;
  }
}
