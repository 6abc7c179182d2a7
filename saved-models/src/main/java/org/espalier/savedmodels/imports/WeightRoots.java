package org.espalier.savedmodels.imports;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Kernels;
import org.espalier.graphs.Quantisers;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Chooses which of the nodes that compute with variables alone become variables themselves: what a
 * layer reads as its kernel, what is put together from parts, and what lies in another precision.
 */
final class WeightRoots {
  /** Give back what they read first in another shape or order. */
  private static final Set<String> RESHAPING =
      Set.of("Identity", "StopGradient", "Reshape", "ExpandDims", "Squeeze", "Transpose");

  /** Leave a factor of a kernel where it is, and zero what it is. */
  private static final Set<String> SCALING = Set.of("Mul", "RealDiv", "Div");

  /** A network that is trained through them is meant to have but few different weights. */
  private static final Set<String> ROUNDING = Set.of("Sign", "Round", "Rint", "Floor", "Ceil");

  /** What is kept in them is computed with as 32-bit floats. */
  private static final Set<DataType> STORED =
      Set.of(DataType.DT_HALF, DataType.DT_BFLOAT16, DataType.DT_DOUBLE);

  private final List<NodeDef> flat;
  private final WeightGraph graph;
  private final ToLongFunction<String> sizes;
  private final Map<String, Integer> passing = new HashMap<>();

  /** Who reads a node or one that is the same, each by the first that is the same. */
  private final Map<String, Set<String>> readers = new HashMap<>();

  /**
   * @param sizes how many numbers a variable has
   */
  WeightRoots(List<NodeDef> flat, WeightGraph graph, ToLongFunction<String> sizes) {
    this.flat = flat;
    this.graph = graph;
    this.sizes = sizes;
    for (NodeDef reader : flat) {
      String name = reader.getName();
      for (String input : reader.getInputList()) {
        String read = TensorRef.nodeOf(input);
        if (graph.has(read)) {
          readers
              .computeIfAbsent(graph.first(read), k -> new HashSet<>())
              .add(graph.has(name) ? graph.first(name) : name);
        }
      }
    }
  }

  /** What {@link #roots} found between kernels and layers: {@link ComputedWeights.Folded}. */
  Map<String, Integer> passing() {
    return passing;
  }

  /** The nodes whose values become variables: the first of those that compute the same. */
  Set<String> roots() {
    Set<String> roots = new LinkedHashSet<>();
    for (NodeDef reader : flat) {
      if (graph.has(reader.getName())) {
        continue;
      }
      for (int input = 0; input < reader.getInputCount(); input++) {
        String read = TensorRef.nodeOf(reader.getInput(input));
        if (graph.has(read)) {
          root(reader, input, read).ifPresent(r -> roots.add(graph.first(r)));
        }
      }
    }
    Set<String> folded = behind(roots);
    roots.removeIf(root -> isNeededInParts(root, folded));
    return roots;
  }

  /** What a layer's weights are computed by, if they are. */
  private Optional<String> root(NodeDef reader, int input, String read) {
    boolean kernel = isKernel(reader, input);
    NodeDef node = graph.node(read);
    while (passes(node)) {
      if (kernel && node.getOp().equals("Transpose") && isComputed(node) && isAlone(node)) {
        return Optional.of(node.getName());
      }
      if (kernel) {
        passing.put(node.getName(), 0);
      }
      node = graph.node(TensorRef.nodeOf(node.getInput(0)));
    }
    if (kernel) {
      passRounding(node);
    }
    return isComputed(node) && (kernel || isJoined(node) || WeightGraph.casts(node, STORED))
        ? Optional.of(node.getName())
        : Optional.empty();
  }

  /** Where arithmetic that stays, because it rounds, reads its kernel: its largest variable. */
  private void passRounding(NodeDef root) {
    NodeDef node = root;
    while (graph.isWeight(node.getName())
        && graph.variable(node.getName()).isEmpty()
        && rounds(root.getName())) {
      int kernel = 0;
      for (int input = 1; input < node.getInputCount(); input++) {
        boolean larger =
            largest(TensorRef.nodeOf(node.getInput(input)))
                > largest(TensorRef.nodeOf(node.getInput(kernel)));
        kernel = larger ? input : kernel;
      }
      passing.put(node.getName(), kernel);
      node = graph.node(TensorRef.nodeOf(node.getInput(kernel)));
    }
  }

  private boolean isComputed(NodeDef node) {
    return graph.isWeight(node.getName())
        && graph.variable(node.getName()).isEmpty()
        && !rounds(node.getName());
  }

  /** Whether nothing else is computed from the same variables. */
  private boolean isAlone(NodeDef node) {
    String root = graph.first(node.getName());
    return !isReadElsewhere(root, behind(Set.of(root)), root);
  }

  private static boolean passes(NodeDef node) {
    boolean narrows =
        node.getOp().equals("Cast") && Attributes.type(node, "SrcT") == DataType.DT_FLOAT;
    return node.getInputCount() > 0
        && (RESHAPING.contains(node.getOp()) || Quantisers.isOne(node) || narrows);
  }

  private static boolean isKernel(NodeDef reader, int input) {
    return Kernels.multiplies(reader)
        || Kernels.slides(reader) && input == 1
        || reader.getOp().equals("GatherV2") && input == 0;
  }

  private boolean rounds(String node) {
    return graph.behind(node).stream()
        .anyMatch(
            n ->
                graph.isWeight(n.getName())
                    && (ROUNDING.contains(n.getOp()) || Quantisers.isOne(n)));
  }

  /** Whether a node puts a variable together that lies in parts. */
  private boolean isJoined(NodeDef node) {
    return node.getOp().equals("ConcatV2")
        && node.getInputList().subList(0, node.getInputCount() - 1).stream()
            .allMatch(i -> graph.variable(i).isPresent());
  }

  /**
   * Whether the factors of a kernel are read elsewhere too, as a batch norm is that is folded in
   * the graph. Such a kernel stays a product, in which its channels can be followed.
   */
  private boolean isNeededInParts(String root, Set<String> folded) {
    NodeDef product = graph.node(root);
    if (!SCALING.contains(product.getOp()) || product.getInputCount() != 2) {
      return false;
    }
    for (int input = 0; input < (product.getOp().equals("Mul") ? 2 : 1); input++) {
      String kernel = product.getInput(input);
      String factor = TensorRef.nodeOf(product.getInput(1 - input));
      if (graph.variable(kernel).isPresent()
          && sizes.applyAsLong(graph.variable(kernel).get()) > largest(factor)
          && isReadElsewhere(factor, folded, "")) {
        passing.put(root, input);
        return true;
      }
    }
    return false;
  }

  private long largest(String node) {
    return WeightGraph.variables(graph.behind(node)).stream()
        .mapToLong(v -> sizes.applyAsLong(v.getName()))
        .max()
        .orElse(0);
  }

  /** What some nodes are computed from, themselves included, each by the first that is the same. */
  private Set<String> behind(Set<String> nodes) {
    Set<String> behind = new HashSet<>();
    nodes.forEach(node -> graph.behind(node).forEach(n -> behind.add(graph.first(n.getName()))));
    return behind;
  }

  /**
   * Whether the weights that a node is computed from are read by others than some nodes.
   *
   * @param but a node whose readers do not count
   */
  private boolean isReadElsewhere(String node, Set<String> some, String but) {
    return behind(Set.of(node)).stream()
        .filter(n -> graph.isWeight(n) && !n.equals(but))
        .anyMatch(n -> !some.containsAll(readers.getOrDefault(n, Set.of())));
  }
}
