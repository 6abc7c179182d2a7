package org.espalier.graphs.rewrites;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Network;
import org.espalier.graphs.Quantisers;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.ops.GraphFacts;
import org.espalier.graphs.ops.OpRules;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * For comparisons: numbers that would be rounded to the next that few bits can hold are only cut
 * off at the ends of the range. Two networks that compute the same, but add up in another order,
 * differ by a whole step wherever a number lies between two steps; without the steps, they agree.
 */
public final class WithoutRounding implements GraphRewrite {
  private static final Set<String> TO_WHOLE = Set.of("Round", "Rint");

  private final OpRules rules;

  public WithoutRounding(OpRules rules) {
    this.rules = rules;
  }

  /** Whether anything is rounded in a network. */
  public static boolean changes(Network network) {
    return network.graph().nodes().stream().anyMatch(WithoutRounding::rounds);
  }

  private static boolean rounds(NodeDef node) {
    DataType type = Attributes.type(node, "T"); // fake quantisation knows floats alone
    boolean fake = type == DataType.DT_INVALID && Quantisers.isOne(node);
    boolean floats = type == DataType.DT_FLOAT;
    return fake || floats && (Quantisers.isOne(node) || TO_WHOLE.contains(node.getOp()));
  }

  @Override
  public String name() {
    return "without-rounding";
  }

  @Override
  public String description() {
    return "numbers are cut off where they would be quantised, and not rounded";
  }

  @Override
  public Rewritten apply(Network network) {
    GraphFacts facts = GraphFacts.of(network, rules);
    GraphEdit edit = new GraphEdit(network);
    for (NodeDef node : facts.order()) {
      if (rounds(node)) {
        String in = node.getInput(0);
        if (hasRange(node)) {
          clip(node, facts, edit);
        } else {
          edit.become(node.getName(), "Identity", type(), List.of(in));
        }
      }
    }
    return new Rewritten(edit.build(), UnaryOperator.identity());
  }

  private static boolean hasRange(NodeDef node) {
    return Quantisers.isOne(node) && !Quantisers.findsRange(node);
  }

  private static Map<String, AttrValue> type() {
    return Map.of("T", Attributes.type(DataType.DT_FLOAT));
  }

  private static void clip(NodeDef node, GraphFacts facts, GraphEdit edit) {
    String low = end(node, 1, "Minimum", "min", facts, edit);
    String high = end(node, 2, "Maximum", "max", facts, edit);
    String raised = add("Maximum", node, "raised", edit, node.getInput(0), low);
    edit.become(node.getName(), "Minimum", type(), List.of(raised, high));
  }

  /** One end of the range; that always holds zero. */
  private static String end(
      NodeDef node, int input, String op, String attribute, GraphFacts facts, GraphEdit edit) {
    float written = Attributes.real(node, attribute, input == 1 ? -6 : 6);
    String end =
        node.getInputCount() > input
            ? along(node, input, facts, edit)
            : constant(node, attribute, written, edit);
    return add(op, node, attribute + "/with_zero", edit, end, constant(node, "zero", 0f, edit));
  }

  /** One number, or one for each channel, in a shape that broadcasts along the channels' axis. */
  private static String along(NodeDef node, int input, GraphFacts facts, GraphEdit edit) {
    int axis = Attributes.integer(node, "axis", -1);
    String end = node.getInput(input);
    if (axis < 0) {
      return end; // a single number, or along the last axis
    }
    int behind = facts.op(node).shape(0).rank() - 1 - axis;
    for (int i = 0; i < behind; i++) {
      String last = edit.addConstant(node.getName(), "last", Shape.of(), DataType.DT_INT32, -1);
      end = add("ExpandDims", node, "along", edit, end, last);
    }
    return end;
  }

  private static String constant(NodeDef node, String name, float value, GraphEdit edit) {
    NodeDef constant =
        NodeDef.newBuilder()
            .setName(edit.unused(node.getName() + "/" + name))
            .setOp("Const")
            .putAttr("dtype", Attributes.type(DataType.DT_FLOAT))
            .putAttr("value", Attributes.floats(ShapedArray.scalar(value)))
            .build();
    edit.addBefore(node.getName(), constant);
    return constant.getName();
  }

  private static String add(
      String op, NodeDef node, String name, GraphEdit edit, String... inputs) {
    NodeDef added =
        NodeDef.newBuilder()
            .setName(edit.unused(node.getName() + "/" + name))
            .setOp(op)
            .addAllInput(List.of(inputs))
            .putAllAttr(type())
            .build();
    edit.addBefore(node.getName(), added);
    return added.getName();
  }
}
