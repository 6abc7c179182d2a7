package org.espalier.savedmodels.imports;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.framework.sessions.Call;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.framework.sessions.TensorFlowRuntime;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Quantisers;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * What a graph computes from constants alone is computed once, here: the scales of a frozen batch
 * norm, sizes, masks. Only ops that do nothing but compute, and only results of a size that is
 * known beforehand and not large.
 */
final class ConstantFolding {
  /** How many numbers a result has at most, and how many more all have than they are made of. */
  static final long LARGEST = 1 << 24;

  /** How many numbers no graph makes out of constants for a purpose. */
  private static final long MOST = 1 << 26;

  private static final Set<DataType> TYPES =
      Set.of(DataType.DT_FLOAT, DataType.DT_INT32, DataType.DT_INT64, DataType.DT_BOOL);

  /** What may stand on the way to those, too: half precision is how frozen graphs are halved. */
  private static final Set<DataType> BETWEEN =
      Set.of(DataType.DT_HALF, DataType.DT_BFLOAT16, DataType.DT_DOUBLE);

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

  /** Quantisation-aware models stay what they are: what is rounded for it is no constant. */
  private static Map<String, NodeDef> foldable(List<NodeDef> nodes) {
    Map<String, NodeDef> foldable = new LinkedHashMap<>();
    for (NodeDef node : nodes) {
      boolean constant = node.getOp().equals("Const");
      boolean computed =
          node.getInputCount() > 0
              && SafeOps.isSafe(node.getOp())
              && !Quantisers.isOne(node)
              && !node.containsAttr(NodeGraph.FUNCTIONS) // a loop may be long
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
    NodeGraph graph = new NodeGraph(GraphDef.newBuilder().addAllNode(foldable.values()).build());
    OpenGraph taken;
    try {
      taken = new OpenGraph(graph, Machine.processors());
    } catch (BadInputException e) {
      return Map.of();
    }
    try (OpenGraph open = taken) {
      foldable.values().forEach(node -> checkSize(open, node));
      Set<String> small = small(open, foldable);
      Set<String> read = new HashSet<>();
      ends.forEach(e -> read.add(TensorRef.nodeOf(e)));
      for (NodeDef node : nodes) {
        if (!small.contains(node.getName())) {
          node.getInputList().forEach(i -> read.add(TensorRef.nodeOf(i)));
        }
      }
      read.removeIf(n -> !small.contains(n) || foldable.get(n).getOp().equals("Const"));
      return values(open, read);
    } catch (RuntimeException e) {
      if (TensorFlowRuntime.isRefusal(e) || e instanceof IllegalArgumentException) {
        return Map.of();
      }
      throw e;
    }
  }

  private static Map<String, TensorProto> values(OpenGraph open, Set<String> read) {
    if (read.isEmpty()) {
      return Map.of();
    }
    Call call = open.call();
    read.forEach(name -> call.fetch(TensorRef.of(name)));
    Map<String, TensorProto> values = new LinkedHashMap<>();
    call.protos().forEach((ref, value) -> values.put(ref.node(), value));
    return values;
  }

  /** Refuses what is computed from few numbers and takes more memory than any network's weights. */
  private static void checkSize(OpenGraph open, NodeDef node) {
    long from = 0;
    for (String input : node.getInputList()) {
      from += size(open, TensorRef.parse(input));
    }
    for (int i = 0; i < open.outputs(node.getName()); i++) {
      boolean made = !node.getOp().equals("Const");
      if (made && size(open, new TensorRef(node.getName(), i)) > Math.max(MOST, from)) {
        throw OpCatalog.bad(
            node, "makes more than " + MOST + " numbers out of constants, expected fewer");
      }
    }
  }

  /** How many numbers, or 0 where that is not known. */
  private static long size(OpenGraph open, TensorRef ref) {
    TensorShapeProto shape = open.type(ref).getTensorShape();
    return isKnown(shape) ? elements(shape) : 0;
  }

  /**
   * The nodes whose one result, and all that it is computed from, is small. So is all that they add
   * to what they are computed from.
   */
  private static Set<String> small(OpenGraph open, Map<String, NodeDef> foldable) {
    Map<String, Long> small = new HashMap<>();
    Set<String> results = new HashSet<>();
    long added = 0;
    for (NodeDef node : foldable.values()) {
      List<String> from = node.getInputList().stream().map(TensorRef::nodeOf).toList();
      if (open.outputs(node.getName()) != 1 || !small.keySet().containsAll(from)) {
        continue;
      }
      TensorInfo output = open.type(TensorRef.of(node.getName()));
      boolean result = TYPES.contains(output.getDtype());
      if (!result && !BETWEEN.contains(output.getDtype()) || !isKnown(output.getTensorShape())) {
        continue;
      }
      long size = elements(output.getTensorShape());
      long more = from.isEmpty() ? 0 : size - from.stream().mapToLong(small::get).sum();
      if (size <= LARGEST && added + Math.max(more, 0) <= LARGEST) {
        added += Math.max(more, 0);
        small.put(node.getName(), size);
        if (result) {
          results.add(node.getName());
        }
      }
    }
    return results;
  }

  /** Whether a size is known, and no larger than another. */
  static boolean isSmall(TensorShapeProto shape, long most) {
    return isKnown(shape) && elements(shape) <= most;
  }

  private static boolean isKnown(TensorShapeProto shape) {
    return !shape.getUnknownRank()
        && shape.getDimList().stream().allMatch(dim -> dim.getSize() >= 0);
  }

  /** How many, or some number that is more than most. */
  private static long elements(TensorShapeProto shape) {
    long elements = 1;
    for (TensorShapeProto.Dim dim : shape.getDimList()) {
      boolean most = dim.getSize() > 0 && elements > Long.MAX_VALUE / dim.getSize();
      elements = most ? Long.MAX_VALUE : elements * dim.getSize();
    }
    return elements;
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
