package org.espalier.framework.sessions;

import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Set;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * How many images a graph makes for itself, whatever is fed: transposed convolutions are told the
 * whole size of what they make, and people write {@code [1, 28, 28, 16]}.
 */
public final class FixedBatch {
  private static final Set<String> TOLD =
      Set.of("Conv2DBackpropInput", "Conv3DBackpropInputV2", "DepthwiseConv2dNativeBackpropInput");

  private FixedBatch() {}

  /** The number that a graph can compute with; empty if it takes any. */
  public static Optional<Integer> of(NodeGraph graph) {
    return graph.nodes().stream().flatMap(node -> of(graph, node).stream()).findFirst();
  }

  /** The number of one node. */
  static Optional<Integer> of(NodeGraph graph, NodeDef node) {
    if (!TOLD.contains(node.getOp())) {
      return Optional.empty();
    }
    NodeDef size = graph.node(TensorRef.nodeOf(node.getInput(0)));
    TensorProto value = size.getAttrOrDefault("value", AttrValue.getDefaultInstance()).getTensor();
    boolean vector =
        value.getDtype() == DataType.DT_INT32
            && value.getTensorShape().getDimCount() == 1
            && value.getTensorShape().getDim(0).getSize() > 2;
    if (!size.getOp().equals("Const") || !vector) {
      return Optional.empty();
    }
    if (value.getTensorContent().size() >= Integer.BYTES) {
      var bytes = value.getTensorContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      return Optional.of(bytes.getInt());
    }
    return value.getIntValCount() > 0 ? Optional.of(value.getIntVal(0)) : Optional.empty();
  }
}
