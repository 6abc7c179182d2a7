package org.espalier.savedmodels.imports;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;

/** What decides on another round of an old loop, or what a round does, as it becomes a function. */
final class LoopFunction {
  /** They belong to loops, and stand in no function. */
  private static final Set<String> PARTS = Set.of("Enter", "Exit", "NextIteration", "LoopCond");

  private final List<DataType> types;
  private final Function<String, NodeDef> graph;
  private final Map<String, FunctionDef> functions;

  /** The names of the arguments, by the tensors that they stand for. */
  private final Map<TensorRef, String> arguments = new HashMap<>();

  private final Map<String, NodeDef> written = new LinkedHashMap<>();
  private final Set<String> open = new HashSet<>();

  /**
   * @param types of its arguments
   * @param graph the node that makes a tensor of the graph
   * @param functions that nodes may call
   */
  LoopFunction(
      List<DataType> types, Function<String, NodeDef> graph, Map<String, FunctionDef> functions) {
    this.types = types;
    this.graph = graph;
    this.functions = functions;
  }

  /** Whether a node does nothing but tell the nodes of a branch when it is taken. */
  static boolean isPivot(NodeDef node, Function<String, NodeDef> graph) {
    if (node == null || !node.getOp().equals("Identity") || node.getInputCount() == 0) {
      return false;
    }
    // Functions write node:output:index.
    NodeDef branch = graph.apply(node.getInput(0).split(":", 2)[0]);
    return branch != null && branch.getOp().equals("Switch");
  }

  /** An argument stands for a tensor of the graph. */
  void is(int argument, String node, int output) {
    arguments.put(new TensorRef(node, output), name(argument));
  }

  private static String name(int argument) {
    return "loop_argument_" + argument;
  }

  /** The function that returns some tensors of the graph. */
  FunctionDef written(String name, List<String> results, List<DataType> resultTypes) {
    FunctionDef.Builder f = FunctionDef.newBuilder();
    f.getSignatureBuilder().setName(name);
    for (int i = 0; i < types.size(); i++) {
      f.getSignatureBuilder().addInputArgBuilder().setName(name(i)).setType(types.get(i));
    }
    for (int i = 0; i < results.size(); i++) {
      String result = "loop_result_" + i;
      f.getSignatureBuilder().addOutputArgBuilder().setName(result).setType(resultTypes.get(i));
      f.putRet(result, tensor(results.get(i)));
    }
    return f.addAllNodeDef(written.values()).build();
  }

  /** The name that a tensor of the graph has in the function, with all that it needs. */
  private String tensor(String input) {
    TensorRef ref = TensorRef.parse(input);
    String argument = arguments.get(ref);
    if (argument != null) {
      return argument;
    }
    NodeDef node = graph.apply(input);
    write(node);
    return node.getName() + ":" + port(node, ref.output());
  }

  private void write(NodeDef node) {
    if (written.containsKey(node.getName())) {
      return;
    }
    if (PARTS.contains(node.getOp()) || !open.add(node.getName())) {
      throw OpCatalog.bad(node, "is a part of no loop, or of another");
    }
    NodeDef.Builder copy = node.toBuilder().clearInput().clearDevice();
    for (String input : node.getInputList()) {
      if (!TensorRef.isControl(input)) {
        copy.addInput(tensor(input));
        continue;
      }
      NodeDef before = graph.apply(input.substring(1));
      if (isPivot(before, graph)) {
        write(before);
        copy.addInput(input);
      }
    }
    written.put(node.getName(), copy.build());
  }

  private String port(NodeDef node, int output) {
    FunctionDef called = functions.get(node.getOp());
    if (called != null) {
      return called.getSignature().getOutputArg(output).getName() + ":0";
    }
    List<Definition.Port> ports = OpCatalog.tensorFlow().definition(node).outputs(node);
    if (output >= ports.size()) {
      throw OpCatalog.bad(node, "has no output " + output);
    }
    String name = ports.get(output).name();
    return name + ":" + (output - OpCatalog.tensorFlow().offset(node, name));
  }
}
