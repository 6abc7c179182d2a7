package org.espalier.savedmodels.imports;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * Finds the keys of variables by reading, not running, the graph's own restoring part: each {@code
 * Assign} of a value that comes from a {@code RestoreV2}. TensorFlow 2 has it in a function.
 */
final class CheckpointKeys {
  private final Map<String, FunctionDef> library;
  private final Map<String, CheckpointKey> keys = new HashMap<>();
  private final Set<String> open = new HashSet<>();

  private CheckpointKeys(Map<String, FunctionDef> library) {
    this.library = library;
  }

  /** The keys by the variable's node. */
  static Map<String, CheckpointKey> of(GraphDef graph, Map<String, FunctionDef> library) {
    CheckpointKeys found = new CheckpointKeys(library);
    found.collect(graph.getNodeList(), Map.of());
    return found.keys;
  }

  /**
   * @param arguments the main graph's node behind each argument of the function
   */
  private void collect(List<NodeDef> nodes, Map<String, String> arguments) {
    Map<String, NodeDef> byName = new HashMap<>();
    nodes.forEach(n -> byName.put(n.getName(), n));
    for (NodeDef node : nodes) {
      if (node.getOp().equals("Assign") || node.getOp().equals("AssignVariableOp")) {
        assigned(node, byName, arguments);
      } else if (SafeOps.CALLS.contains(node.getOp())) {
        called(node, byName, arguments);
      }
    }
  }

  private void called(NodeDef node, Map<String, NodeDef> byName, Map<String, String> arguments) {
    String name = node.getAttrOrDefault("f", AttrValue.getDefaultInstance()).getFunc().getName();
    FunctionDef f = library.get(name);
    if (f == null || f.getNodeDefList().stream().noneMatch(CheckpointKeys::mayRestore)) {
      return;
    }
    if (open.add(name)) {
      Map<String, String> inner = new HashMap<>();
      int count = Math.min(node.getInputCount(), f.getSignature().getInputArgCount());
      for (int i = 0; i < count; i++) {
        inner.put(
            f.getSignature().getInputArg(i).getName(),
            variable(node.getInput(i), byName, arguments));
      }
      collect(f.getNodeDefList(), inner);
      open.remove(name);
    }
  }

  private static boolean mayRestore(NodeDef node) {
    return node.getOp().equals("RestoreV2") || SafeOps.CALLS.contains(node.getOp());
  }

  private void assigned(NodeDef node, Map<String, NodeDef> byName, Map<String, String> arguments) {
    if (node.getInputCount() < 2) {
      return;
    }
    String value = node.getInput(1);
    NodeDef from = byName.get(first(value));
    for (int i = 0; passesOn(from) && i < byName.size(); i++) {
      value = from.getInput(0);
      from = byName.get(first(value));
    }
    if (from != null && from.getOp().equals("RestoreV2") && from.getInputCount() >= 3) {
      int index = index(value);
      String name = text(byName.get(first(from.getInput(1))), index);
      String slice = text(byName.get(first(from.getInput(2))), index);
      keys.putIfAbsent(
          variable(node.getInput(0), byName, arguments), new CheckpointKey(name, slice));
    }
  }

  /** The main graph's node behind a handle; the handle's own name where it cannot be told. */
  private static String variable(
      String handle, Map<String, NodeDef> byName, Map<String, String> arguments) {
    NodeDef node = byName.get(first(handle));
    for (int i = 0; passesOn(node) && i < byName.size(); i++) {
      handle = node.getInput(0);
      node = byName.get(first(handle));
    }
    return arguments.getOrDefault(handle, first(handle));
  }

  private static boolean passesOn(NodeDef node) {
    return node != null && node.getOp().equals("Identity") && node.getInputCount() > 0;
  }

  private static String first(String tensor) {
    int colon = tensor.indexOf(':');
    return TensorRef.isControl(tensor)
        ? tensor.substring(1)
        : colon < 0 ? tensor : tensor.substring(0, colon);
  }

  private static int index(String tensor) {
    int colon = tensor.lastIndexOf(':');
    return colon < 0 ? 0 : TensorRef.parse(tensor).output();
  }

  /** One text of a constant; the last one listed stands for all that follow. */
  private static String text(NodeDef constant, int index) {
    if (constant == null) {
      return "";
    }
    TensorProto tensor =
        constant.getAttrOrDefault("value", AttrValue.getDefaultInstance()).getTensor();
    int last = Math.min(index, tensor.getStringValCount() - 1);
    return last < 0 ? "" : tensor.getStringVal(last).toStringUtf8();
  }
}
