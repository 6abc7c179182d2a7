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
import org.espalier.framework.sessions.Call;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.framework.sessions.TensorFlowRuntime;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;

/** Computes what a graph makes of the values of its variables. */
final class WeightArithmetic {
  private WeightArithmetic() {}

  /**
   * The values of nodes with one output of floats; without those that TensorFlow cannot compute, or
   * on the way to which anything is larger than all variables together.
   *
   * @param values of the variables, by the name of their node
   */
  static Map<String, TensorProto> values(
      WeightGraph graph, Collection<String> wanted, Map<String, TensorProto> values) {
    Map<String, NodeDef> needed = new LinkedHashMap<>();
    Set<String> asked = new LinkedHashSet<>(wanted);
    asked.removeIf(
        name ->
            WeightGraph.variables(graph.behind(name)).stream()
                .anyMatch(v -> !values.containsKey(v.getName())));
    asked.forEach(name -> graph.behind(name).forEach(n -> needed.put(n.getName(), n)));
    if (asked.isEmpty()) {
      return Map.of();
    }
    List<NodeDef> constant = new ArrayList<>();
    long bytes = 0;
    for (NodeDef node : needed.values()) {
      if (NetworkAssembly.isState(node)) {
        TensorProto value = values.get(node.getName());
        bytes += value.getTensorContent().size();
        constant.add(constant(node.getName(), value));
      } else if (node.getOp().equals("ReadVariableOp")) {
        AttrValue type = Attributes.type(values.get(TensorRef.nodeOf(node.getInput(0))).getDtype());
        constant.add(
            NodeDef.newBuilder()
                .setName(node.getName())
                .setOp("Identity")
                .addInput(node.getInput(0))
                .putAttr("T", type)
                .build());
      } else {
        constant.add(node);
      }
    }
    return computed(constant, asked, Math.max(ConstantFolding.LARGEST, bytes / 2));
  }

  private static NodeDef constant(String name, TensorProto value) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Const")
        .putAttr("dtype", Attributes.type(value.getDtype()))
        .putAttr("value", AttrValue.newBuilder().setTensor(value).build())
        .build();
  }

  private static Map<String, TensorProto> computed(
      List<NodeDef> nodes, Set<String> asked, long most) {
    NodeGraph graph = new NodeGraph(GraphDef.newBuilder().addAllNode(nodes).build());
    try (OpenGraph open = new OpenGraph(graph, Machine.processors())) {
      Set<String> small = new HashSet<>();
      for (NodeDef node : nodes) {
        boolean known =
            node.getInputList().stream().allMatch(i -> small.contains(TensorRef.nodeOf(i)));
        for (int i = 0; i < open.outputs(node.getName()) && known; i++) {
          TensorInfo output = open.type(new TensorRef(node.getName(), i));
          known = ConstantFolding.isSmall(output.getTensorShape(), most);
        }
        if (known) {
          small.add(node.getName());
        }
      }
      Call call = open.call();
      List<String> fetched = new ArrayList<>(asked);
      fetched.removeIf(n -> !small.contains(n) || !isFloat(open, n));
      if (fetched.isEmpty()) {
        return Map.of();
      }
      fetched.forEach(n -> call.fetch(TensorRef.of(n)));
      Map<String, TensorProto> values = new HashMap<>();
      call.protos().forEach((ref, value) -> values.put(ref.node(), value));
      return values;
    } catch (RuntimeException e) {
      if (TensorFlowRuntime.isRefusal(e)
          || e instanceof IllegalArgumentException
          || e instanceof BadInputException) {
        return Map.of();
      }
      throw e;
    }
  }

  private static boolean isFloat(OpenGraph open, String node) {
    return open.outputs(node) == 1 && open.type(TensorRef.of(node)).getDtype() == DataType.DT_FLOAT;
  }
}
