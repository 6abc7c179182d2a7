package org.espalier.framework.evidence;

import java.util.ArrayList;
import java.util.List;
import org.espalier.graphs.NodeGraph;
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

  /** One tensor for each layer that makes the group's channels, in the order of its members. */
  public static List<ChannelTensor> of(ChannelGroup group, ChannelAnalysis analysis) {
    List<ChannelTensor> tensors = new ArrayList<>();
    for (Member producer : group.members(Member.Role.PRODUCER)) {
      NodeGraph graph = analysis.network().graph();
      for (NodeDef node : graph.nodes()) {
        boolean reads =
            NodeGraph.dataInputs(node).stream()
                .anyMatch(in -> producer.parameter().name().equals(graph.parameterBehind(in)));
        TensorRef made = TensorRef.of(node.getName());
        int axis = axis(analysis.axes(made));
        if (reads && analysis.isFed(node.getName()) && axis >= 0) {
          tensors.add(new ChannelTensor(made, axis, producer.channelAt()));
        }
      }
    }
    return tensors;
  }

  /** The last axis that carries channels. */
  private static int axis(Axes axes) {
    for (int a = axes.rank() - 1; a >= 0; a--) {
      if (axes.get(a) != null) {
        return a;
      }
    }
    return -1;
  }
}
