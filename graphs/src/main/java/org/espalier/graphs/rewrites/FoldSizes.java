package org.espalier.graphs.rewrites;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Network;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
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

  /** They are told the size of what they make, channels too. */
  private static final Set<String> TRANSPOSED =
      Set.of("Conv2DBackpropInput", "Conv3DBackpropInputV2");

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
      if (node.getOp().equals("Unpack")) {
        foldParts(node, facts.outputs(node), edit);
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
      } else if (TRANSPOSED.contains(node.getOp())) {
        foldChannels(facts.op(node), out, edit);
      }
    }
    return new Rewritten(edit.build(), UnaryOperator.identity());
  }

  /** Of a vector that is taken apart, each number that is known. */
  private static void foldParts(NodeDef unpack, List<TensorFacts> parts, GraphEdit edit) {
    DataType type = type(unpack);
    for (int i = 0; i < parts.size() && type != NONE; i++) {
      Optional<int[]> known = parts.get(i).known();
      if (known.isPresent()) {
        String constant = edit.addConstant(unpack.getName(), "part", Shape.of(), type, known.get());
        edit.redirect(new TensorRef(unpack.getName(), i), TensorRef.of(constant), "");
      }
    }
  }

  private static void foldTarget(Op op, TensorFacts out, GraphEdit edit) {
    String target = edit.node(op.name()).getInput(1);
    boolean constant = edit.node(TensorRef.nodeOf(target)).getOp().equals("Const");
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

  /**
   * A size that is computed as one vector, such as the shape of another tensor, is packed from
   * single numbers, that of channels a constant: a cut must be able to change it alone.
   */
  private static void foldChannels(Op op, TensorFacts out, GraphEdit edit) {
    int rank = out.shape().map(Shape::rank).orElse(0);
    int channel = op.channelAxis();
    boolean whole = op.input(0).integers().map(size -> size.length == rank).orElse(true);
    String size = edit.node(op.name()).getInput(0);
    if (rank == 0 || !whole || isConstant(edit, size, channel)) {
      return;
    }
    int channels = out.shape().get().dim(channel);
    if (Shape.isOpen(channels)) {
      return;
    }
    DataType declared = Attributes.type(op.node(), "Tshape");
    DataType type = declared == DataType.DT_INT64 ? declared : DataType.DT_INT32;
    NodeDef.Builder pack =
        NodeDef.newBuilder()
            .setName(edit.unused(op.name() + "/size"))
            .setOp("Pack")
            .putAttr("T", Attributes.type(type))
            .putAttr("N", Attributes.number(rank))
            .putAttr("axis", Attributes.number(0));
    for (int axis = 0; axis < rank; axis++) {
      pack.addInput(
          axis == channel
              ? edit.addConstant(op.name(), "size/channels", Shape.of(), type, channels)
              : entry(op, size, axis, type, edit));
    }
    edit.addBefore(op.name(), pack.build());
    edit.set(op.name(), 0, pack.getName());
  }

  private static boolean isConstant(GraphEdit edit, String size, int channel) {
    NodeDef.Builder node = edit.node(TensorRef.nodeOf(size));
    return node.getOp().equals("Const")
        || node.getOp().equals("Pack")
            && edit.node(TensorRef.nodeOf(node.getInput(channel))).getOp().equals("Const");
  }

  /** One number of a vector. */
  private static String entry(Op op, String vector, int at, DataType type, GraphEdit edit) {
    String title = "size/" + at;
    Shape one = Shape.of(1);
    String from = edit.addConstant(op.name(), title + "/from", one, DataType.DT_INT32, at);
    String to = edit.addConstant(op.name(), title + "/to", one, DataType.DT_INT32, at + 1);
    String step = edit.addConstant(op.name(), title + "/step", one, DataType.DT_INT32, 1);
    NodeDef slice =
        NodeDef.newBuilder()
            .setName(edit.unused(op.name() + "/" + title))
            .setOp("StridedSlice")
            .addAllInput(List.of(vector, from, to, step))
            .putAttr("T", Attributes.type(type))
            .putAttr("Index", Attributes.type(DataType.DT_INT32))
            .putAttr("shrink_axis_mask", Attributes.number(1))
            .build();
    edit.addBefore(op.name(), slice);
    return slice.getName();
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
