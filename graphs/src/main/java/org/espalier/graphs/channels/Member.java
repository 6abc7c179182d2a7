package org.espalier.graphs.channels;

import java.util.Arrays;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;

/**
 * One axis of one parameter, as far as it belongs to a group.
 *
 * @param channelAt for each index of the axis, the group's channel that lives there, or -1 for a
 *     channel of another group. A channel may live at several indices (a flattened image in front
 *     of a dense layer).
 */
public record Member(Parameter parameter, int axis, int[] channelAt) {

  /** Makes the channels, reads them, or goes along with them. */
  public enum Role {
    PRODUCER,
    CONSUMER,
    FOLLOWER
  }

  public Role role() {
    int rank = parameter.shape().rank();
    ParameterKind kind = parameter.kind();
    if (kind == ParameterKind.CONV_KERNEL || kind == ParameterKind.DENSE_KERNEL) {
      return axis == rank - 1 ? Role.PRODUCER : Role.CONSUMER;
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
