package org.espalier.savedmodels.imports;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.NodeDef;

/**
 * Two signatures of a model are most often two copies of one function. What another signature
 * computes just as the first does is computed once, so that the copy is no second network, and what
 * is cut is cut from one.
 */
final class Twins {
  private final List<NodeDef> kept = new ArrayList<>();
  private final Map<String, String> instead = new HashMap<>();

  /** For each node the first that computes the same, also within the first signature. */
  private final Map<String, String> alike = new HashMap<>();

  /**
   * @param flat inputs before their readers
   * @param first how many of them are the first signature's, which stay as they are
   * @param fed inputs of other signatures, with those of the first that take their place
   */
  Twins(List<NodeDef> flat, int first, Map<String, String> fed) {
    Map<NodeDef, String> known = new HashMap<>();
    for (int i = 0; i < flat.size(); i++) {
      NodeDef node = flat.get(i);
      String name = node.getName();
      NodeDef identity = identity(node);
      String twin = fed.getOrDefault(name, known.getOrDefault(identity, name));
      known.putIfAbsent(identity, name);
      alike.put(name, twin);
      if (i < first || twin.equals(name)) {
        kept.add(i < first ? node : moved(node));
      } else {
        instead.put(name, twin);
      }
    }
  }

  List<NodeDef> nodes() {
    return kept;
  }

  /** Where a tensor is computed now. */
  String of(String tensor) {
    TensorRef ref = TensorRef.parse(tensor);
    String twin = instead.get(ref.node());
    return twin == null ? tensor : new TensorRef(twin, ref.output()).toString();
  }

  private String alike(String tensor) {
    TensorRef ref = TensorRef.parse(tensor);
    return new TensorRef(alike.get(ref.node()), ref.output()).toString();
  }

  private NodeDef moved(NodeDef node) {
    return node.toBuilder()
        .clearInput()
        .addAllInput(node.getInputList().stream().map(this::of).toList())
        .build();
  }

  /** Equal for nodes that compute the same. Inputs and variables are what they are by name. */
  private NodeDef identity(NodeDef node) {
    return NodeDef.newBuilder()
        .setOp(node.getOp())
        .setName(SafeOps.isSafe(node.getOp()) ? "" : node.getName())
        .addAllInput(node.getInputList().stream().map(this::alike).toList())
        .putAllAttr(node.getAttrMap())
        .build();
  }

  /**
   * For inputs of another signature, inputs of the first that can stand for them: of the same type
   * and shape, under the same name if there is one.
   */
  static Map<String, String> places(
      Map<String, TensorRef> inputs, Map<String, TensorRef> first, Map<String, NodeDef> nodes) {
    Map<String, String> places = new LinkedHashMap<>();
    Map<String, TensorRef> free = new TreeMap<>(first);
    free.values().removeIf(inputs::containsValue);
    List<String> keys = new ArrayList<>(inputs.keySet());
    keys.sort((a, b) -> Boolean.compare(first.containsKey(b), first.containsKey(a)));
    for (String key : keys) {
      NodeDef node = nodes.get(inputs.get(key).node());
      if (first.containsValue(inputs.get(key))) {
        continue;
      }
      List<String> fitting = new ArrayList<>(free.keySet());
      fitting.removeIf(k -> !alike(node, nodes.get(free.get(k).node())));
      if (!fitting.isEmpty()) {
        String place = fitting.contains(key) ? key : fitting.get(0);
        places.put(node.getName(), free.remove(place).node());
      }
    }
    return places;
  }

  private static boolean alike(NodeDef a, NodeDef b) {
    return a.getOp().equals(b.getOp())
        && a.getAttrMap().get("dtype").equals(b.getAttrMap().get("dtype"))
        && String.valueOf(a.getAttrMap().get("shape"))
            .equals(String.valueOf(b.getAttrMap().get("shape")));
  }
}
