package org.espalier.graphs.channels;

import java.util.Arrays;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;

/**
 * One axis of one parameter, as far as it belongs to a group.
 *
 * @param channelAt for each index of the axis, the group's channel that lives there, or -1 for a
 *     channel of another group. A channel may live at several indices (a flattened image in front
 *     of a dense layer). Where an index belongs to two channels of the group, there are two members
 *     of the axis.
 * @param role what the parameter does with the channels
 */
public record Member(Parameter parameter, int axis, int[] channelAt, Role role) {

  /** Makes the channels, reads them, or goes along with them. */
  public enum Role {
    PRODUCER,
    CONSUMER,
    FOLLOWER
  }

  /** With the role that the parameter's kind says: kernels make channels along their last axis. */
  public Member(Parameter parameter, int axis, int[] channelAt) {
    this(parameter, axis, channelAt, usual(parameter, axis));
  }

  private static Role usual(Parameter parameter, int axis) {
    ParameterKind kind = parameter.kind();
    if (kind == ParameterKind.CONV_KERNEL || kind == ParameterKind.DENSE_KERNEL) {
      return axis == parameter.shape().rank() - 1 ? Role.PRODUCER : Role.CONSUMER;
    }
    return Role.FOLLOWER;
  }

  /** Whether every index of the axis belongs to the group, channel by channel. */
  public boolean isWholeAxis() {
    for (int i = 0; i < channelAt.length; i++) {
      if (channelAt[i] != i) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Member m
        && parameter.equals(m.parameter)
        && axis == m.axis
        && Arrays.equals(channelAt, m.channelAt);
  }

  @Override
  public int hashCode() {
    return 31 * parameter.hashCode() + axis;
  }

  @Override
  public String toString() {
    return parameter.name() + "[axis " + axis + "]";
  }
}
