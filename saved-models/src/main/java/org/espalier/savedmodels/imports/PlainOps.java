package org.espalier.savedmodels.imports;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Ops that TensorFlow has under newer names, as the graphs of its first years hold them, and a pool
 * whose indices nobody reads. They are written as what they are, so that rules and gradients know
 * them.
 */
final class PlainOps {
  private final List<NodeDef> written = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  /** The tensors that somebody reads, but for the first outputs of nodes. */
  private final Set<TensorRef> later = new HashSet<>();

  private PlainOps(List<NodeDef> nodes, List<String> ends) {
    List<String> read = new ArrayList<>(ends);
    for (NodeDef node : nodes) {
      names.add(node.getName());
      read.addAll(node.getInputList());
    }
    for (String tensor : read) {
      if (!TensorRef.isControl(tensor) && TensorRef.parse(tensor).output() > 0) {
        later.add(TensorRef.parse(tensor));
      }
    }
    nodes.forEach(this::write);
  }

  /**
   * The same nodes in the same order, with constants among them.
   *
   * @param ends tensors that are read from outside
   */
  static List<NodeDef> of(List<NodeDef> nodes, List<String> ends) {
    return new PlainOps(nodes, ends).written;
  }

  private void write(NodeDef node) {
    written.add(
        switch (node.getOp()) {
          case "Concat" -> joined(node);
          case "Gather" -> looksUp(node);
          case "BatchNormWithGlobalNormalization" -> isFloat(node) ? norm(node) : node;
          case "MaxPoolWithArgmax" -> isPool(node) ? pool(node) : node;
          default -> node;
        });
  }

  /** The axis comes last. */
  private static NodeDef joined(NodeDef node) {
    int parts = Attributes.integer(node, "N", 0);
    NodeDef.Builder plain = node.toBuilder().setOp("ConcatV2").clearInput();
    plain.addAllInput(node.getInputList().subList(1, parts + 1)).addInput(node.getInput(0));
    return plain
        .addAllInput(node.getInputList().subList(parts + 1, node.getInputCount()))
        .putAttr("Tidx", Attributes.type(DataType.DT_INT32))
        .build();
  }

  /** The axis is the first. */
  private NodeDef looksUp(NodeDef node) {
    String axis = unused(node.getName() + "/axis");
    written.add(
        NodeDef.newBuilder()
            .setName(axis)
            .setOp("Const")
            .putAttr("dtype", Attributes.type(DataType.DT_INT32))
            .putAttr("value", Attributes.ints(Shape.of(), 0))
            .build());
    NodeDef.Builder plain = node.toBuilder().setOp("GatherV2").removeAttr("validate_indices");
    List<String> inputs = new ArrayList<>(node.getInputList());
    inputs.add(2, axis);
    return plain
        .clearInput()
        .addAllInput(inputs)
        .putAttr("Taxis", Attributes.type(DataType.DT_INT32))
        .build();
  }

  private static boolean isFloat(NodeDef node) {
    return Attributes.type(node, "T") == DataType.DT_FLOAT;
  }

  /** Reads image, mean, variance, offset, and a scale that it may not use. */
  private NodeDef norm(NodeDef node) {
    NodeDef.Builder plain = node.toBuilder().setOp("FusedBatchNormV3").clearInput().clearAttr();
    for (int input : new int[] {0, 4, 3, 1, 2}) {
      plain.addInput(node.getInput(input));
    }
    if (!Attributes.flag(node, "scale_after_normalization", false)) {
      String ones = unused(node.getName() + "/ones");
      written.add(
          NodeDef.newBuilder()
              .setName(ones)
              .setOp("OnesLike")
              .addInput(node.getInput(4))
              .putAttr("T", Attributes.type(DataType.DT_FLOAT))
              .build());
      plain.setInput(1, ones);
    }
    return plain
        .addAllInput(node.getInputList().subList(5, node.getInputCount()))
        .putAttr("T", Attributes.type(DataType.DT_FLOAT))
        .putAttr("U", Attributes.type(DataType.DT_FLOAT))
        .putAttr("epsilon", Attributes.real(Attributes.real(node, "variance_epsilon", 0)))
        .putAttr("is_training", Attributes.flag(false))
        .build();
  }

  private String unused(String name) {
    String unused = name;
    for (int i = 1; !names.add(unused); i++) {
      unused = name + "_" + i;
    }
    return unused;
  }

  private boolean isPool(NodeDef node) {
    return !later.contains(new TensorRef(node.getName(), 1));
  }

  private static NodeDef pool(NodeDef node) {
    return node.toBuilder()
        .setOp("MaxPool")
        .removeAttr("Targmax")
        .removeAttr("include_batch_in_index")
        .build();
  }
}
