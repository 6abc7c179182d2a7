package org.espalier.graphs.channels;

import java.util.List;

/**
 * All the parameter axes that must be cut together: a convolution's outputs, its batch norm, every
 * consumer's inputs, and everything that an add or a concatenation ties to them.
 *
 * @param id named after the layer that makes the channels
 * @param channels how many there are
 * @param prunable whether they may go
 * @param reason why not; empty if they may
 * @param summed whether they are added up somewhere
 */
public record ChannelGroup(
    String id,
    int channels,
    boolean prunable,
    String reason,
    boolean summed,
    List<Member> members) {

  public ChannelGroup {
    members = List.copyOf(members);
  }

  public List<Member> members(Member.Role role) {
    return members.stream().filter(m -> m.role() == role).toList();
  }

  /**
   * More than one layer makes these channels, and they are added up: a residual trunk. A gate that
   * multiplies them is no second maker.
   */
  public boolean isCoupled() {
    return summed && members(Member.Role.PRODUCER).size() > 1;
  }
}
