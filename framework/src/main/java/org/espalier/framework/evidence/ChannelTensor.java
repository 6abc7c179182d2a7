package org.espalier.framework.evidence;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;
import org.espalier.graphs.ops.Axes;
import org.tensorflow.proto.NodeDef;

/**
 * Where the channels of a group can be seen: what a layer that makes them gives, before bias, batch
 * norm and activation.
 *
 * @param axis along which the channels lie
 * @param channelAt for each index of the axis, the group's channel that lives there, or -1
 */
public record ChannelTensor(TensorRef tensor, int axis, int[] channelAt) {

  /**
   * One tensor for each layer that makes the group's channels, in the order of its members; two
   * where an index of it belongs to two of them.
   */
  public static List<ChannelTensor> of(ChannelGroup group, ChannelAnalysis analysis) {
    Map<Integer, Integer> numbers = new HashMap<>();
    for (int channel : analysis.channelsOf(group)) {
      numbers.put(channel, numbers.size());
    }
    Set<TensorRef> made = new LinkedHashSet<>();
    for (Member producer : group.members(Member.Role.PRODUCER)) {
      made.addAll(firstFed(producer.parameter().name(), analysis));
    }
    List<ChannelTensor> tensors = new ArrayList<>();
    for (TensorRef tensor : made) {
      Axes axes = analysis.axes(tensor);
      for (int a = axes.rank() - 1; a >= 0; a--) {
        List<int[]> found = channelsAt(axes.get(a), numbers, analysis);
        if (!found.isEmpty()) {
          for (int[] channelAt : found) {
            tensors.add(new ChannelTensor(tensor, a, channelAt));
          }
          break;
        }
      }
    }
    return tensors;
  }

  /** What the nodes make that bring a parameter, perhaps in another shape, and data together. */
  private static List<TensorRef> firstFed(String parameter, ChannelAnalysis analysis) {
    List<TensorRef> found = new ArrayList<>();
    Set<String> seen = new HashSet<>(Set.of(parameter));
    Deque<String> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      for (NodeDef reader : analysis.network().graph().consumers(open.pop())) {
        if (seen.add(reader.getName())) {
          if (analysis.isFed(reader.getName())) {
            found.add(TensorRef.of(reader.getName()));
          } else {
            open.add(reader.getName());
          }
        }
      }
    }
    return found;
  }

  /** For each index of an axis the group's channel; as many as one index has. */
  private static List<int[]> channelsAt(
      int[] labels, Map<Integer, Integer> numbers, ChannelAnalysis analysis) {
    List<int[]> all = new ArrayList<>();
    for (int i = 0; labels != null && i < labels.length; i++) {
      int met = 0;
      for (int channel : analysis.channelsOf(labels[i])) {
        Integer own = numbers.get(channel);
        if (own != null) {
          if (met == all.size()) {
            int[] none = new int[labels.length];
            Arrays.fill(none, -1);
            all.add(none);
          }
          all.get(met++)[i] = own;
        }
      }
    }
    return all;
  }
}
