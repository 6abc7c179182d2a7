package org.espalier.graphs.rewrites;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Network;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.GraphFacts;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.ops.TensorFacts;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Sizes that a graph computes although they are known become constants: of {@code Shape ->
 * StridedSlice -> Pack -> Reshape} the reshape stays, to {@code [-1, 1, 1, C]}. What hangs on the
 * number of images stays computed, unless a reshape can leave it open.
 */
public final class FoldSizes implements GraphRewrite {
  private static final DataType NONE = DataType.DT_INVALID;

  private final OpRules rules;

  public FoldSizes(OpRules rules) {
    this.rules = rules;
  }

  @Override
  public String name() {
    return "fold-sizes";
  }

  @Override
  public String description() {
    return "sizes that the graph computes although they are known become constants";
  }

  @Override
  public Rewritten apply(Network network) {
    // What is only assumed of the images is no size of the graph.
    GraphFacts facts = GraphFacts.of(network.assumingNothing(), rules);
    GraphEdit edit = new GraphEdit(network);
    for (NodeDef node : facts.order()) {
      if (node.getOp().equals("Const")) {
        continue;
      }
      TensorFacts out = facts.output(node);
      Optional<int[]> known = out.known();
      DataType type = known.isPresent() ? type(node) : NONE;
      if (type != NONE && out.shape().map(s -> s.rank() <= 1).orElse(false)) {
        edit.become(
            node.getName(), "Const", value(type, out.shape().get(), known.get()), List.of());
      } else if (node.getOp().equals("Reshape")) {
        foldTarget(facts.op(node), out, edit);
      }
    }
    return new Rewritten(edit.build(), UnaryOperator.identity());
  }

  private static void foldTarget(Op op, TensorFacts out, GraphEdit edit) {
    String target = edit.node(op.name()).getInput(1);
    boolean constant =
        edit.node(org.espalier.graphs.TensorRef.nodeOf(target)).getOp().equals("Const");
    if (constant || out.shape().isEmpty() || op.input(1).integers().isEmpty()) {
      return;
    }
    int[] dims = out.shape().get().written().toArray();
    if (Arrays.stream(dims).filter(Shape::isOpen).count() <= 1) {
      DataType type = Attributes.type(op.node(), "Tshape");
      edit.set(
          op.name(),
          1,
          edit.addConstant(
              op.name(),
              "shape",
              Shape.of(dims.length),
              type == DataType.DT_INT64 ? type : DataType.DT_INT32,
              dims));
    }
  }

  private static Map<String, AttrValue> value(DataType type, Shape shape, int[] values) {
    return Map.of(
        "dtype",
        Attributes.type(type),
        "value",
        type == DataType.DT_INT64
            ? Attributes.longs(shape, values)
            : Attributes.ints(shape, values));
  }

  /** The type of what a node of integer arithmetic makes. */
  private static DataType type(NodeDef node) {
    DataType type =
        switch (node.getOp()) {
          case "Shape" ->
              node.containsAttr("out_type") ? Attributes.type(node, "out_type") : DataType.DT_INT32;
          case "Rank" -> DataType.DT_INT32;
          case "Cast" -> Attributes.type(node, "DstT");
          case "GatherV2" -> Attributes.type(node, "Tparams");
          case "Range" -> Attributes.type(node, "Tidx");
          default -> Attributes.type(node, "T");
        };
    return type == DataType.DT_INT32 || type == DataType.DT_INT64 ? type : NONE;
  }
}
