package org.espalier.savedmodels.imports;

import java.util.List;
import java.util.Map;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.GraphFacts;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.ops.TensorFacts;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Looks at a flat graph before TensorFlow does: what does not fit is told by the rules, and what is
 * known to end the process instead of failing is refused.
 */
final class Preflight {
  /**
   * At which input ops read the shape of what they make. oneDNN's kernels for them take it for one,
   * and abort where it is none.
   */
  private static final Map<String, Integer> SIZES =
      Map.of(
          "Conv2DBackpropInput", 0,
          "Conv3DBackpropInputV2", 0,
          "DepthwiseConv2dNativeBackpropInput", 0,
          "Conv2DBackpropFilter", 1,
          "Conv3DBackpropFilterV2", 1,
          "DepthwiseConv2dNativeBackpropFilter", 1);

  private Preflight() {}

  /**
   * @param ends the tensors that are fed and fetched
   * @throws org.espalier.graphs.BadInputException naming the node
   */
  static void check(List<NodeDef> flat, List<String> ends, OpRules rules) {
    TypesFit.check(flat, ends);
    GraphFacts facts =
        GraphFacts.of(new NodeGraph(GraphDef.newBuilder().addAllNode(flat).build()), rules);
    for (NodeDef node : flat) {
      if (node.getOp().equals("GatherV2")) {
        gather(facts.op(node));
      } else if (SIZES.containsKey(node.getOp())) {
        sizes(facts.op(node), SIZES.get(node.getOp()));
      }
    }
  }

  /** Those that are known only at run time are not looked at. */
  private static void sizes(Op op, int input) {
    for (int size : op.input(input).integers().orElse(new int[0])) {
      if (size < 0 && !TensorFacts.isOpen(size)) {
        throw op.bad("makes a tensor with a dimension of " + size + ", expected at least 0");
      }
    }
  }

  /** TensorFlow 2.18 aborts where the batch has more dimensions than the tensors. */
  private static void gather(Op op) {
    long dims = Attributes.number(op.node(), "batch_dims", 0);
    for (int i = 0; i < Math.min(2, op.inputs().size()); i++) {
      int rank = op.input(i).shape().map(Shape::rank).orElse(dims == 0 ? 0 : -1);
      if (rank >= 0 && (dims > rank || dims < -rank)) {
        throw op.bad("has " + dims + " batch dimensions for a tensor of rank " + rank);
      }
    }
  }
}
