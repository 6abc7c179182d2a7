package org.espalier.graphs;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * A flat graph of TensorFlow's nodes, and one's way in it: nodes by name, who reads whom, an order
 * in which inputs come first. With {@link GraphBuilder} and {@link Attributes} what rules for ops
 * and rewrites are written with.
 *
 * <p>Immutable. Whether the graph is whole is seen when it is first asked for a node by name.
 */
public final class NodeGraph {
  /** Marks the multiplication of a parameter (input 0) with its mask (input 1). */
  public static final String MASKED = "_masked";

  /**
   * Holds the functions that a node runs, a loop's or a branch's, as a library of TensorFlow. So
   * they go wherever their node goes.
   */
  public static final String FUNCTIONS = "_functions";

  private static final Set<String> RESHAPING =
      Set.of("Reshape", "ExpandDims", "Squeeze", "Transpose", "Cast");

  private final GraphDef def;
  private volatile Index index;

  /** Nodes by name, and who reads each. */
  private record Index(Map<String, NodeDef> nodes, Map<String, List<NodeDef>> consumers) {
    static Index of(GraphDef def) {
      Map<String, NodeDef> nodes = new LinkedHashMap<>();
      Map<String, List<NodeDef>> consumers = new HashMap<>();
      for (NodeDef node : def.getNodeList()) {
        if (nodes.put(node.getName(), node) != null) {
          throw new BadInputException("two nodes are named '" + node.getName() + "'");
        }
      }
      for (NodeDef node : nodes.values()) {
        for (String input : node.getInputList()) {
          String from = TensorRef.nodeOf(input);
          if (!nodes.containsKey(from)) {
            throw new BadInputException(
                "node '" + node.getName() + "' reads '" + input + "', which does not exist");
          }
          consumers.computeIfAbsent(from, k -> new ArrayList<>()).add(node);
        }
      }
      return new Index(nodes, consumers);
    }
  }

  public NodeGraph(GraphDef def) {
    this.def = def;
  }

  /** The protocol buffer. */
  public GraphDef def() {
    return def;
  }

  /** The protocol buffer as TensorFlow runs it: with the functions of its nodes in its library. */
  public GraphDef executable() {
    if (def.getNodeList().stream().noneMatch(n -> n.containsAttr(FUNCTIONS))) {
      return def;
    }
    GraphDef.Builder executable = def.toBuilder();
    Map<String, FunctionDef> functions = new LinkedHashMap<>();
    def.getLibrary().getFunctionList().forEach(f -> functions.put(f.getSignature().getName(), f));
    for (NodeDef node : def.getNodeList()) {
      functionsOf(node).forEach(f -> functions.put(f.getSignature().getName(), f));
    }
    executable.getLibraryBuilder().clearFunction().addAllFunction(functions.values());
    return executable.build();
  }

  /** The functions that a node runs, and those that they run; usually none. */
  public static List<FunctionDef> functionsOf(NodeDef node) {
    AttrValue written = node.getAttrMap().get(FUNCTIONS);
    if (written == null) {
      return List.of();
    }
    try {
      return FunctionDefLibrary.parseFrom(written.getS()).getFunctionList();
    } catch (InvalidProtocolBufferException e) {
      throw new BadInputException(
          "node '" + node.getName() + "' has functions that cannot be read", e);
    }
  }

  private Index index() {
    Index known = index;
    if (known == null) {
      known = Index.of(def);
      index = known;
    }
    return known;
  }

  /** All nodes, in the order of the graph. */
  public List<NodeDef> nodes() {
    return def.getNodeList();
  }

  /** The node of a name; fails if there is none, or if the graph is not whole. */
  public NodeDef node(String name) {
    NodeDef node = index().nodes().get(name);
    if (node == null) {
      throw new BadInputException("the graph has no node '" + name + "'");
    }
    return node;
  }

  /** The nodes that read any output of the node; one that reads it twice is listed twice. */
  public List<NodeDef> consumers(String node) {
    return index().consumers().getOrDefault(node, List.of());
  }

  /** The data inputs of a node, in order. */
  public static List<TensorRef> dataInputs(NodeDef node) {
    return node.getInputList().stream()
        .filter(i -> !TensorRef.isControl(i))
        .map(TensorRef::parse)
        .toList();
  }

  /** All nodes, inputs before their readers; otherwise in the order of the graph. */
  public List<NodeDef> topological() {
    Map<String, Integer> missing = new HashMap<>();
    Deque<NodeDef> ready = new ArrayDeque<>();
    for (NodeDef node : index().nodes().values()) {
      missing.put(node.getName(), node.getInputCount());
      if (node.getInputCount() == 0) {
        ready.add(node);
      }
    }
    List<NodeDef> order = new ArrayList<>(def.getNodeCount());
    while (!ready.isEmpty()) {
      NodeDef node = ready.poll();
      order.add(node);
      for (NodeDef reader : consumers(node.getName())) {
        if (missing.merge(reader.getName(), -1, Integer::sum) == 0) {
          ready.add(reader);
        }
      }
    }
    if (order.size() < def.getNodeCount()) {
      String stuck =
          missing.entrySet().stream()
              .filter(e -> e.getValue() > 0)
              .map(Map.Entry::getKey)
              .findFirst()
              .orElseThrow();
      throw new BadInputException("the graph has a cycle through node '" + stuck + "'");
    }
    return order;
  }

  /** The names of all nodes that the given ones depend on, themselves included. */
  public Set<String> ancestors(Collection<String> of) {
    Set<String> seen = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(of);
    while (!open.isEmpty()) {
      String name = open.pop();
      if (seen.add(name)) {
        node(name).getInputList().forEach(i -> open.push(TensorRef.nodeOf(i)));
      }
    }
    return seen;
  }

  /**
   * The parameter that an input comes from, looking through the nodes that only pass it on (the
   * read, a mask, an identity), or null if it is not one.
   */
  public String parameterBehind(TensorRef ref) {
    NodeDef node = node(ref.node());
    return switch (node.getOp()) {
      case "VarHandleOp" -> node.getName();
      case "ReadVariableOp", "Identity" -> parameterBehind(TensorRef.parse(node.getInput(0)));
      case "Mul" ->
          node.containsAttr(MASKED) ? parameterBehind(TensorRef.parse(node.getInput(0))) : null;
      default -> null;
    };
  }

  /**
   * The parameter that a tensor is, perhaps with its axes merged, split or in another order, or in
   * fewer bits, or null.
   */
  public String parameterInto(TensorRef ref) {
    NodeDef node = node(ref.node());
    return isReshaping(node)
        ? parameterInto(TensorRef.parse(node.getInput(0)))
        : parameterBehind(ref);
  }

  /** Whether a node only gives what it reads another shape, or fewer bits. */
  public static boolean isReshaping(NodeDef node) {
    return RESHAPING.contains(node.getOp()) || Quantisers.isOne(node);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NodeGraph graph && def.equals(graph.def);
  }

  @Override
  public int hashCode() {
    return def.hashCode();
  }
}
