package org.espalier.savedmodels.imports;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * Dropout that a constant has switched off: it draws uniform random numbers from [0, 1), and keeps
 * what is at least 0 (TensorFlow 2), or whose sum with 1 has 1 below it (TensorFlow 1). Both keep
 * everything, so what is dropped from can be read instead; so can what is divided by the share that
 * is kept, which is 1 then.
 */
final class IdleDropout {
  private final Map<String, NodeDef> nodes = new HashMap<>();
  private final Map<String, String> instead = new HashMap<>();

  /**
   * @param flat with constants folded, inputs before their readers
   */
  IdleDropout(List<NodeDef> flat) {
    flat.forEach(n -> nodes.put(n.getName(), n));
    for (NodeDef node : flat) {
      kept(node).ifPresent(tensor -> instead.put(node.getName(), tensor));
    }
  }

  /** The tensor to read in the place of a given one. */
  String past(String tensor) {
    String other = instead.get(tensor);
    return other == null ? tensor : past(other);
  }

  /** The nodes, reading past what drops nothing. */
  List<NodeDef> rewired(List<NodeDef> flat) {
    return flat.stream()
        .map(
            node ->
                node.toBuilder()
                    .clearInput()
                    .addAllInput(node.getInputList().stream().map(this::past).toList())
                    .build())
        .toList();
  }

  private Optional<String> kept(NodeDef node) {
    return switch (node.getOp()) {
      case "SelectV2", "Select" ->
          isOne(node.getInput(0)) ? Optional.of(node.getInput(1)) : Optional.empty();
      case "Mul" ->
          isOne(node.getInput(1))
              ? Optional.of(node.getInput(0))
              : isOne(node.getInput(0)) ? Optional.of(node.getInput(1)) : Optional.empty();
      case "RealDiv", "Div" ->
          scalar(node.getInput(1)) == 1f && hasNoAxes(node.getInput(1))
              ? Optional.of(node.getInput(0))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private boolean hasNoAxes(String constant) {
    NodeDef node = nodes.get(TensorRef.nodeOf(constant));
    return node.getAttrOrThrow("value").getTensor().getTensorShape().getDimCount() == 0;
  }

  /** Whether a tensor of choices is 1, or true, for certain. */
  private boolean isOne(String tensor) {
    NodeDef node = nodes.get(TensorRef.nodeOf(tensor));
    return switch (node.getOp()) {
      case "Cast" -> isOne(node.getInput(0));
      case "GreaterEqual" -> isUniform(node.getInput(0)) && scalar(node.getInput(1)) <= 0f;
      case "Floor" -> {
        NodeDef sum = nodes.get(TensorRef.nodeOf(node.getInput(0)));
        yield sum.getOp().startsWith("Add")
            && (isUniform(sum.getInput(0)) && scalar(sum.getInput(1)) == 1f
                || isUniform(sum.getInput(1)) && scalar(sum.getInput(0)) == 1f);
      }
      default -> false;
    };
  }

  /** Random numbers from [0, 1), perhaps times 1 and plus 0 as TensorFlow 1 writes them. */
  private boolean isUniform(String tensor) {
    NodeDef node = nodes.get(TensorRef.nodeOf(tensor));
    return switch (node.getOp()) {
      case "RandomUniform", "StatelessRandomUniform", "StatelessRandomUniformV2" -> true;
      case "Mul" -> isUniform(node.getInput(0)) && scalar(node.getInput(1)) == 1f;
      case "Add", "AddV2" -> isUniform(node.getInput(0)) && scalar(node.getInput(1)) == 0f;
      default -> false;
    };
  }

  /** The value of a constant of one number; NaN, which is like no number, for anything else. */
  private float scalar(String tensor) {
    NodeDef node = nodes.get(TensorRef.nodeOf(tensor));
    if (!node.getOp().equals("Const")) {
      return Float.NaN;
    }
    TensorProto value = node.getAttrOrThrow("value").getTensor();
    if (value.getDtype() != DataType.DT_FLOAT) {
      return Float.NaN;
    }
    ShapedArray floats = Constants.floats(value, node.getName());
    return floats.values().length == 1 ? floats.values()[0] : Float.NaN;
  }
}
