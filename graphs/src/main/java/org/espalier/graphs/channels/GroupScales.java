package org.espalier.graphs.channels;

import java.util.Optional;
import org.espalier.graphs.Network;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.NodeDef;

/**
 * Trained scales of which each multiplies all that one group of a grouped convolution makes: a
 * vector with one number for each group, gathered into one for each channel. A network that has
 * them is cut by whole groups.
 */
public final class GroupScales {
  private GroupScales() {}

  /** The vector with a number for each group that a tensor was gathered from, if it was. */
  public static Optional<String> behind(Network network, TensorRef gathered) {
    NodeDef node = network.graph().node(gathered.node());
    if (!node.getOp().equals("GatherV2")) {
      return Optional.empty();
    }
    String parameter = network.graph().parameterBehind(TensorRef.parse(node.getInput(0)));
    return Optional.ofNullable(parameter)
        .filter(p -> network.parameter(p).kind() == ParameterKind.BRANCH_SCALE);
  }

  static boolean areIn(Network network) {
    return network.graph().nodes().stream()
        .anyMatch(node -> behind(network, TensorRef.of(node.getName())).isPresent());
  }
}
