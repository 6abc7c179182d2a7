package org.espalier.graphs.rewrites;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Network;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.ops.GraphFacts;
import org.espalier.graphs.ops.OpRules;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * A 3x3 convolution with SAME padding on a map of at most 2x2 pixels is a dense layer: every output
 * pixel sees every input pixel, each through a tap of its own, and all other taps see padding. This
 * writes it so. The sums are the same but for their order; on 2x2 pixels 16 products replace 36, on
 * one pixel 1 replaces 9. For training: parameters, channels and counted costs are those of the
 * convolution, which is why it is no rewrite to prune or export behind.
 */
public final class SmallMapsAsDense implements GraphRewrite {
  private static final int LARGEST = 2;
  private static final int TAPS = 3;

  private static final AttrValue FLOAT = Attributes.type(DataType.DT_FLOAT);
  private static final AttrValue INT = Attributes.type(DataType.DT_INT32);

  private final OpRules rules;

  public SmallMapsAsDense(OpRules rules) {
    this.rules = rules;
  }

  @Override
  public String name() {
    return "small-maps-as-dense";
  }

  @Override
  public String description() {
    return "3x3 convolutions on maps of at most 2x2 pixels become dense layers";
  }

  @Override
  public Rewritten apply(Network network) {
    GraphFacts facts = GraphFacts.of(network, rules);
    GraphEdit edit = new GraphEdit(network);
    for (NodeDef node : facts.order()) {
      if (node.getOp().equals("Conv2D") && fits(facts, node)) {
        new Writer(facts, edit, node).write();
      }
    }
    return new Rewritten(edit.build(), UnaryOperator.identity());
  }

  private static boolean fits(GraphFacts facts, NodeDef node) {
    Shape in = facts.op(node).inputs().get(0).shape().orElse(Shape.of());
    Shape kernel = facts.op(node).inputs().get(1).shape().orElse(Shape.of());
    return in.rank() == 4
        && kernel.isKnown()
        && within(in.dim(1))
        && within(in.dim(2))
        && kernel.dim(0) == TAPS
        && kernel.dim(1) == TAPS
        && kernel.dim(2) == in.dim(3)
        && facts.op(node).channelAxis() == 3
        && Attributes.text(node, "padding", "").equals("SAME")
        && ones(Attributes.numbers(node, "strides"))
        && ones(Attributes.numbers(node, "dilations"));
  }

  private static boolean within(int size) {
    return size >= 1 && size <= LARGEST;
  }

  private static boolean ones(int[] numbers) {
    for (int n : numbers) {
      if (n != 1) {
        return false;
      }
    }
    return true;
  }

  /** Writes the dense layer of one convolution. */
  private static final class Writer {
    private final GraphEdit edit;
    private final NodeDef conv;
    private final int rows;
    private final int columns;
    private final int in;
    private final int out;
    private final List<NodeDef> nodes = new ArrayList<>();

    Writer(GraphFacts facts, GraphEdit edit, NodeDef conv) {
      this.edit = edit;
      this.conv = conv;
      Shape image = facts.op(conv).shape(0);
      Shape kernel = facts.op(conv).shape(1);
      rows = image.dim(1);
      columns = image.dim(2);
      in = kernel.dim(2);
      out = kernel.dim(3);
    }

    void write() {
      int pixels = rows * columns;
      String flat = reshape("flat", conv.getInput(0), Shape.UNKNOWN, pixels * in);
      add("dense", "MatMul", Map.of("T", FLOAT), flat, matrix());
      String image = reshape("image", at("dense"), Shape.UNKNOWN, rows, columns, out);
      edit.addAfter(conv.getName(), nodes.toArray(NodeDef[]::new));
      edit.redirect(TensorRef.of(conv.getName()), TensorRef.of(image), "");
    }

    /** [input pixel and channel, output pixel and channel], put together from the kernel's taps. */
    private String matrix() {
      String taps = reshape("taps", conv.getInput(1), TAPS * TAPS, in, out);
      add(
          "tap",
          "Unpack",
          Map.of("T", FLOAT, "num", Attributes.number(TAPS * TAPS), "axis", Attributes.number(0)),
          taps);
      List<String> blocks = new ArrayList<>();
      for (int input = 0; input < rows * columns; input++) {
        List<String> row = new ArrayList<>();
        for (int output = 0; output < rows * columns; output++) {
          int y = input / columns - output / columns + 1;
          int x = input % columns - output % columns + 1;
          row.add(new TensorRef(at("tap"), y * TAPS + x).toString());
        }
        blocks.add(concat("row" + input, 1, row));
      }
      return concat("matrix", 0, blocks);
    }

    private String concat(String name, int axis, List<String> parts) {
      if (parts.size() == 1) {
        return parts.get(0);
      }
      String at = constant(name + "/axis", Shape.of(), axis);
      List<String> inputs = new ArrayList<>(parts);
      inputs.add(at);
      return add(
          name,
          "ConcatV2",
          Map.of("T", FLOAT, "Tidx", INT, "N", Attributes.number(parts.size())),
          inputs.toArray(String[]::new));
    }

    private String reshape(String name, String tensor, int... shape) {
      String target = constant(name + "/shape", Shape.of(shape.length), shape);
      return add(name, "Reshape", Map.of("T", FLOAT, "Tshape", INT), tensor, target);
    }

    private String constant(String name, Shape shape, int... values) {
      return add(name, "Const", Map.of("dtype", INT, "value", Attributes.ints(shape, values)));
    }

    private String add(
        String name, String op, Map<String, AttrValue> attributes, String... inputs) {
      nodes.add(
          NodeDef.newBuilder()
              .setName(at(name))
              .setOp(op)
              .putAllAttr(attributes)
              .addAllInput(List.of(inputs))
              .build());
      return at(name);
    }

    private String at(String name) {
      return conv.getName() + "/as_dense/" + name;
    }
  }
}
