package org.espalier.savedmodels.imports;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** The part of a flat graph that depends on variables and constants alone. */
final class WeightGraph {
  /** Constants of more bytes are not compared: they are not written twice, and it takes long. */
  private static final int LARGEST = 4096;

  private final Map<String, NodeDef> own = new LinkedHashMap<>();

  /** Those of its nodes that depend on a variable. */
  private final Set<String> weights = new HashSet<>();

  /** For each node the first that computes the same of the same. */
  private final Map<String, String> first = new HashMap<>();

  private final Map<NodeDef, String> known = new HashMap<>();

  /**
   * @param flat inputs before their readers
   */
  WeightGraph(List<NodeDef> flat) {
    flat.forEach(this::note);
  }

  private void note(NodeDef node) {
    boolean state = NetworkAssembly.isState(node);
    if (state || node.getOp().equals("Const") || isComputed(node)) {
      own.put(node.getName(), node);
      if (state || inputs(node).stream().anyMatch(weights::contains)) {
        weights.add(node.getName());
      }
      boolean data = node.getOp().equals("Const") && node.getSerializedSize() > LARGEST;
      first.put(
          node.getName(),
          data ? node.getName() : known.computeIfAbsent(meaning(node), k -> node.getName()));
    }
  }

  private boolean isComputed(NodeDef node) {
    boolean reads = node.getOp().equals("ReadVariableOp");
    return node.getInputCount() > 0
        && SafeOps.isSafe(node.getOp())
        && inputs(node).stream()
            .allMatch(i -> own.containsKey(i) && (reads || !isHandle(own.get(i))));
  }

  private static boolean isHandle(NodeDef node) {
    return node.getOp().equals("VarHandleOp");
  }

  private static List<String> inputs(NodeDef node) {
    return node.getInputList().stream().map(TensorRef::nodeOf).toList();
  }

  /** The node without its name, reading the first of those that are the same. */
  private NodeDef meaning(NodeDef node) {
    if (NetworkAssembly.isState(node)) {
      return NodeDef.newBuilder().setOp(node.getOp()).setName(NetworkAssembly.key(node)).build();
    }
    NodeDef.Builder meaning = node.toBuilder().clearName().clearDevice().clearInput();
    List.copyOf(meaning.getAttrMap().keySet()).stream()
        .filter(a -> a.startsWith("_"))
        .forEach(meaning::removeAttr);
    for (String input : node.getInputList()) {
      String from = TensorRef.nodeOf(input);
      meaning.addInput(input.replace(from, first.get(from)));
    }
    return meaning.build();
  }

  /** Whether a node is one of them. */
  boolean has(String node) {
    return own.containsKey(node);
  }

  /** Whether a node of the graph depends on a variable, and not on constants alone. */
  boolean isWeight(String node) {
    return weights.contains(node);
  }

  NodeDef node(String name) {
    return own.get(name);
  }

  /** The first node that computes the same as a given one. */
  String first(String node) {
    return first.get(node);
  }

  /** The variable that a tensor is the value of, by the name of its node. */
  Optional<String> variable(String tensor) {
    NodeDef node = own.get(TensorRef.nodeOf(tensor));
    while (node != null
        && Set.of("Identity", "ReadVariableOp").contains(node.getOp())
        && node.getInputCount() > 0) {
      node = own.get(TensorRef.nodeOf(node.getInput(0)));
    }
    return Optional.ofNullable(node).filter(NetworkAssembly::isState).map(NodeDef::getName);
  }

  /** The nodes that a node is computed from, itself included, inputs before their readers. */
  List<NodeDef> behind(String node) {
    Set<String> seen = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(node));
    while (!open.isEmpty()) {
      String name = open.pop();
      if (seen.add(name)) {
        open.addAll(inputs(own.get(name)));
      }
    }
    List<NodeDef> behind = new ArrayList<>(own.values());
    behind.removeIf(n -> !seen.contains(n.getName()));
    return behind;
  }

  /** The variables among these nodes. */
  static List<NodeDef> variables(List<NodeDef> nodes) {
    return nodes.stream().filter(NetworkAssembly::isState).toList();
  }

  /** Whether a node gives what it reads another type. */
  static boolean casts(NodeDef node, Set<DataType> from) {
    return node.getOp().equals("Cast")
        && from.contains(Attributes.type(node, "SrcT"))
        && Attributes.type(node, "DstT") == DataType.DT_FLOAT;
  }
}
