package org.espalier.savedmodels.imports;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.NodeGraph;
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
  private final WeightRoots choice;

  private ComputedWeights(List<NodeDef> flat, Map<String, TensorProto> values, List<String> ends) {
    this.flat = flat;
    this.values = values;
    this.ends = ends;
    this.graph = new WeightGraph(flat);
    this.choice = new WeightRoots(flat, graph, this::size);
  }

  /**
   * Folds a flat graph.
   *
   * @param flat inputs before their readers
   * @param ends tensors that must stay
   */
  static Folded of(List<NodeDef> flat, Map<String, TensorProto> values, List<String> ends) {
    ComputedWeights weights = new ComputedWeights(flat, values, ends);
    Set<String> roots = weights.choice.roots();
    return roots.isEmpty()
        ? new Folded(flat, values, weights.choice.passing())
        : weights.folded(roots);
  }

  private long size(String variable) {
    TensorProto value = values.get(variable);
    return value == null ? 0 : Attributes.shape(value.getTensorShape()).elements();
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
    Map<String, Integer> between = new HashMap<>(choice.passing());
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
