package org.espalier.savedmodels.imports;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Kernels;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Quantisers;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * Weights that a graph computes from its variables: kernels that are normalised, standardised or
 * scaled, that are put together from parts, or that lie in half precision. Each becomes a variable
 * of its own, with the value that is computed once, here; so a cut, a training and an export see a
 * plain kernel.
 *
 * <p>Where a kernel is multiplied by a mask, 0 or 1 for each weight, it stays masked: a training
 * must not bring back what was zero. What is rounded for quantisation-aware training stays as it
 * is; so does what only gives a kernel another shape, or a shared one another order, and a kernel
 * times numbers that the network needs elsewhere: there channels can be followed.
 */
final class ComputedWeights {
  /** The attribute that says what to call a variable that was computed. */
  static final String TITLE = "_title";

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

  /**
   * A flat graph whose weights are computed.
   *
   * @param nodes inputs before their readers
   * @param values of the variables, by the name of their node
   * @param passing the nodes that stand between a kernel and its layer, and at which of their
   *     inputs they read it
   */
  record Folded(
      List<NodeDef> nodes, Map<String, TensorProto> values, Map<String, Integer> passing) {}

  private final List<NodeDef> flat;
  private final Map<String, TensorProto> values;
  private final List<String> ends;
  private final WeightGraph graph;
  private final Map<String, Integer> passing = new HashMap<>();

  /** Who reads a node or one that is the same, each by the first that is the same. */
  private final Map<String, Set<String>> readers = new HashMap<>();

  private ComputedWeights(List<NodeDef> flat, Map<String, TensorProto> values, List<String> ends) {
    this.flat = flat;
    this.values = values;
    this.ends = ends;
    this.graph = new WeightGraph(flat);
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

  /**
   * Folds a flat graph.
   *
   * @param flat inputs before their readers
   * @param ends tensors that must stay
   */
  static Folded of(List<NodeDef> flat, Map<String, TensorProto> values, List<String> ends) {
    ComputedWeights weights = new ComputedWeights(flat, values, ends);
    Set<String> roots = weights.roots();
    return roots.isEmpty() ? new Folded(flat, values, weights.passing) : weights.folded(roots);
  }

  /** The nodes whose values become variables: the first of those that compute the same. */
  private Set<String> roots() {
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
          && size(graph.variable(kernel).get()) > largest(factor)
          && isReadElsewhere(factor, folded, "")) {
        passing.put(root, input);
        return true;
      }
    }
    return false;
  }

  private long size(String variable) {
    TensorProto value = values.get(variable);
    return value == null ? 0 : Attributes.shape(value.getTensorShape()).elements();
  }

  private long largest(String node) {
    return WeightGraph.variables(graph.behind(node)).stream()
        .mapToLong(v -> size(v.getName()))
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

  private Folded folded(Set<String> roots) {
    Set<String> operands = new LinkedHashSet<>(roots);
    Map<String, NodeDef> products = new LinkedHashMap<>();
    for (String root : roots) {
      if (graph.node(root).getOp().equals("Mul")) {
        NodeDef product = ofFirst(graph.node(root));
        products.put(root, product);
        product.getInputList().forEach(i -> operands.add(TensorRef.nodeOf(i)));
      }
    }
    Map<String, TensorProto> computed = WeightArithmetic.values(graph, operands, values);
    Map<String, ComputedMask> masked = new LinkedHashMap<>();
    products.forEach(
        (root, product) -> {
          if (computed.containsKey(root)) {
            ComputedMask.of(product, computed).ifPresent(m -> masked.put(root, m));
          }
        });
    Set<String> plain = new LinkedHashSet<>(roots);
    plain.retainAll(computed.keySet());
    while (true) {
      Folded folded = written(plain, masked, computed);
      Set<String> shared = sharedKernels(folded.nodes(), masked.keySet());
      if (shared.isEmpty()) {
        return folded;
      }
      masked.keySet().removeAll(shared);
    }
  }

  /** The node, reading the first of those that compute the same. */
  private NodeDef ofFirst(NodeDef node) {
    NodeDef.Builder changed = node.toBuilder().clearInput();
    for (String input : node.getInputList()) {
      TensorRef ref = TensorRef.parse(input);
      changed.addInput(new TensorRef(graph.first(ref.node()), ref.output()).toString());
    }
    return changed.build();
  }

  /**
   * Products of a kernel that is read in another way too, so that its zeros are none everywhere.
   */
  private static Set<String> sharedKernels(List<NodeDef> nodes, Collection<String> masked) {
    NodeGraph live = NetworkAssembly.index(nodes);
    WeightGraph weights = new WeightGraph(nodes);
    Set<String> shared = new HashSet<>();
    for (NodeDef node : nodes) {
      if (masked.contains(node.getName())) {
        String variable = weights.variable(node.getInput(0)).orElseThrow();
        boolean alone =
            nodes.stream()
                .filter(n -> weights.variable(n.getName()).filter(variable::equals).isPresent())
                .flatMap(n -> live.consumers(n.getName()).stream())
                .allMatch(
                    reader ->
                        reader.getName().equals(node.getName())
                            || weights.variable(reader.getName()).isPresent());
        if (!alone) {
          shared.add(node.getName());
        }
      }
    }
    return shared;
  }

  private Folded written(
      Set<String> roots, Map<String, ComputedMask> masked, Map<String, TensorProto> computed) {
    Map<String, TensorProto> all = new HashMap<>(values);
    Map<String, Integer> between = new HashMap<>(passing);
    Set<String> variables = new LinkedHashSet<>(roots);
    variables.removeAll(masked.keySet());
    masked.values().stream()
        .map(m -> TensorRef.nodeOf(m.kernel()))
        .filter(n -> graph.variable(n).isEmpty())
        .forEach(variables::add);
    List<NodeDef> nodes = new ArrayList<>();
    for (NodeDef node : flat) {
      String name = node.getName();
      String same = graph.has(name) ? graph.first(name) : name;
      boolean written = variables.contains(same) || masked.containsKey(same);
      if (written && !same.equals(name)) {
        nodes.add(identity(name, same));
      } else if (masked.containsKey(name)) {
        ComputedMask mask = masked.get(name);
        String read = add(name + "/mask", name, mask.values(), nodes, all);
        nodes.add(mask.product(name, read));
        between.put(name, 0);
      } else if (variables.contains(name)) {
        NodeDef handle = variable(name + "/weights", title(name), computed.get(name));
        nodes.add(handle);
        nodes.add(read(name, handle.getName()));
        all.put(handle.getName(), computed.get(name));
      } else {
        nodes.add(node);
      }
    }
    return new Folded(ConstantFolding.live(nodes, ends), all, between);
  }

  /** Adds a variable and what reads it; returns the reader's name. */
  private static String add(
      String name,
      String title,
      TensorProto value,
      List<NodeDef> nodes,
      Map<String, TensorProto> values) {
    NodeDef handle = variable(name, title, value);
    nodes.add(handle);
    nodes.add(read(name + "/value", name));
    values.put(name, value);
    return name + "/value";
  }

  private static NodeDef identity(String name, String of) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Identity")
        .addInput(of)
        .putAttr("T", Attributes.type(DataType.DT_FLOAT))
        .build();
  }

  private static NodeDef read(String name, String handle) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("ReadVariableOp")
        .addInput(handle)
        .putAttr("dtype", Attributes.type(DataType.DT_FLOAT))
        .build();
  }

  private static NodeDef variable(String name, String title, TensorProto value) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("VarHandleOp")
        .putAttr("dtype", Attributes.type(DataType.DT_FLOAT))
        .putAttr("shape", AttrValue.newBuilder().setShape(value.getTensorShape()).build())
        .putAttr(TITLE, Attributes.text(title))
        .build();
  }

  /** The name of the largest variable that a node is computed from; of parts, that of the whole. */
  private String title(String node) {
    List<NodeDef> variables = WeightGraph.variables(graph.behind(node));
    if (variables.isEmpty()) {
      return node;
    }
    NodeDef largest = variables.get(0);
    for (NodeDef v : variables) {
      largest = size(v.getName()) > size(largest.getName()) ? v : largest;
    }
    return NetworkAssembly.title(largest).replaceFirst("/part_\\d+$", "");
  }
}
