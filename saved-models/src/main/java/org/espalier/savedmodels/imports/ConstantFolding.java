package org.espalier.savedmodels.imports;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.graphs.TensorRef;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * What a graph computes from constants alone is computed once, here: the scales of a frozen batch
 * norm, sizes, masks. Only ops on the list of safe ones, and only results of a size that is known
 * beforehand and not large.
 */
final class ConstantFolding {
  private static final long LARGEST = 1 << 24;

  private static final Set<DataType> TYPES =
      Set.of(DataType.DT_FLOAT, DataType.DT_INT32, DataType.DT_INT64, DataType.DT_BOOL);

  private ConstantFolding() {}

  /**
   * Folds a flat graph.
   *
   * @param nodes inputs before their readers
   * @param ends tensors that must stay
   */
  static List<NodeDef> of(List<NodeDef> nodes, List<String> ends) {
    Map<String, NodeDef> foldable = foldable(nodes);
    if (foldable.values().stream().allMatch(n -> n.getOp().equals("Const"))) {
      return live(nodes, ends);
    }
    Map<String, TensorProto> values = evaluate(foldable, nodes, ends);
    List<NodeDef> folded = new ArrayList<>();
    for (NodeDef node : nodes) {
      TensorProto value = values.get(node.getName());
      folded.add(value == null ? node : constant(node.getName(), value));
    }
    return live(folded, ends);
  }

  private static Map<String, NodeDef> foldable(List<NodeDef> nodes) {
    Map<String, NodeDef> foldable = new LinkedHashMap<>();
    for (NodeDef node : nodes) {
      boolean constant = node.getOp().equals("Const");
      boolean computed =
          node.getInputCount() > 0
              && SafeOps.isSafe(node.getOp())
              && node.getInputList().stream()
                  .allMatch(i -> foldable.containsKey(TensorRef.nodeOf(i)));
      if (constant || computed) {
        foldable.put(node.getName(), node);
      }
    }
    return foldable;
  }

  /** The values that the rest of the graph reads. None if TensorFlow cannot compute them. */
  private static Map<String, TensorProto> evaluate(
      Map<String, NodeDef> foldable, List<NodeDef> nodes, List<String> ends) {
    Map<String, TensorProto> values = new LinkedHashMap<>();
    try (Graph graph = new Graph()) {
      graph.importGraphDef(GraphDef.newBuilder().addAllNode(foldable.values()).build());
      Set<String> small = small(graph, foldable);
      Set<String> read = new HashSet<>();
      ends.forEach(e -> read.add(TensorRef.nodeOf(e)));
      for (NodeDef node : nodes) {
        if (!small.contains(node.getName())) {
          node.getInputList().forEach(i -> read.add(TensorRef.nodeOf(i)));
        }
      }
      read.removeIf(n -> !small.contains(n) || foldable.get(n).getOp().equals("Const"));
      if (read.isEmpty()) {
        return values;
      }
      List<String> fetched = List.copyOf(read);
      try (Session session = new Session(graph)) {
        Session.Runner runner = session.runner();
        fetched.forEach(runner::fetch);
        try (Result result = runner.run()) {
          for (int i = 0; i < fetched.size(); i++) {
            DataType type = DataType.forNumber(result.get(i).dataType().getNumber());
            values.put(fetched.get(i), Checkpoint.proto(result.get(i), type));
          }
        }
      }
      return values;
    } catch (TensorFlowException | IllegalArgumentException e) {
      return Map.of();
    }
  }

  /** The nodes whose one result, and all that it is computed from, is small. */
  private static Set<String> small(Graph graph, Map<String, NodeDef> foldable) {
    Set<String> small = new HashSet<>();
    for (NodeDef node : foldable.values()) {
      if (graph.operation(node.getName()).numOutputs() != 1
          || !node.getInputList().stream().allMatch(i -> small.contains(TensorRef.nodeOf(i)))) {
        continue;
      }
      Output<?> output = graph.operation(node.getName()).output(0);
      boolean known = !output.shape().isUnknown() && !output.shape().hasUnknownDimension();
      boolean typed = TYPES.contains(DataType.forNumber(output.dataType().getNumber()));
      if (known && typed && output.shape().size() <= LARGEST) {
        small.add(node.getName());
      }
    }
    return small;
  }

  private static NodeDef constant(String name, TensorProto value) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Const")
        .putAttr("dtype", AttrValue.newBuilder().setType(value.getDtype()).build())
        .putAttr("value", AttrValue.newBuilder().setTensor(value).build())
        .build();
  }

  /**
   * Without the nodes that nobody reads: folded ones, and what branches needed that are not taken.
   */
  static List<NodeDef> live(List<NodeDef> nodes, List<String> ends) {
    Set<String> read = new HashSet<>();
    ends.forEach(e -> read.add(TensorRef.nodeOf(e)));
    List<NodeDef> live = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      NodeDef node = nodes.get(i);
      if (read.contains(node.getName())) {
        node.getInputList().forEach(in -> read.add(TensorRef.nodeOf(in)));
        live.add(node);
      }
    }
    Collections.reverse(live);
    return live;
  }
}
