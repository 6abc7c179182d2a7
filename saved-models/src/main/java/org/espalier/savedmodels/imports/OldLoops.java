package org.espalier.savedmodels.imports;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;

/**
 * Writes the loops of TensorFlow 1 as those of TensorFlow 2. The old ones are circles in the graph:
 * each variable of a loop goes through {@code Enter}, {@code Merge}, {@code Switch} and {@code
 * Exit}, and back through {@code NextIteration}. The new ones are one {@code While} with two
 * functions. A loop that is not built like that stays as it is, and is refused if it is needed.
 */
final class OldLoops {
  /**
   * A variable of a loop.
   *
   * @param next what it is after a round
   * @param exits the nodes that read it after the loop
   */
  private record Variable(
      NodeDef enter, NodeDef merge, String next, NodeDef branch, List<NodeDef> exits) {}

  private final GraphDef graph;
  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
  private final Map<String, List<NodeDef>> readers = new HashMap<>();
  private final Map<String, List<NodeDef>> frames = new LinkedHashMap<>();
  private final Set<String> begun = new HashSet<>();
  private final Map<String, FunctionDef> functions = new LinkedHashMap<>();

  private OldLoops(GraphDef graph) {
    this.graph = graph;
    for (NodeDef node : graph.getNodeList()) {
      nodes.put(node.getName(), node);
      for (String input : node.getInputList()) {
        if (!TensorRef.isControl(input)) {
          readers.computeIfAbsent(TensorRef.nodeOf(input), n -> new ArrayList<>()).add(node);
        }
      }
      if (node.getOp().equals("Enter")) {
        frames.computeIfAbsent(frame(node), f -> new ArrayList<>()).add(node);
      }
    }
    graph.getLibrary().getFunctionList().forEach(f -> functions.put(name(f), f));
  }

  /**
   * The same graph without old loops; the nodes that read what comes out of one keep their names.
   */
  static GraphDef written(GraphDef graph) {
    return graph.getNodeList().stream().noneMatch(n -> n.getOp().equals("NextIteration"))
        ? graph
        : new OldLoops(graph).written();
  }

  private GraphDef written() {
    for (String frame : frames.keySet()) {
      try {
        write(frame);
      } catch (BadInputException | IllegalArgumentException e) {
        // Whoever needs this loop is told that it cannot be had.
      }
    }
    GraphDef.Builder changed = graph.toBuilder().clearNode().addAllNode(nodes.values());
    changed.getLibraryBuilder().clearFunction().addAllFunction(functions.values());
    return changed.build();
  }

  private static String name(FunctionDef f) {
    return f.getSignature().getName();
  }

  private static String frame(NodeDef enter) {
    return Attributes.text(enter, "frame_name", "");
  }

  private void write(String frame) {
    if (!begun.add(frame)) {
      return; // done, failed, or within itself
    }
    List<Variable> variables = new ArrayList<>();
    List<NodeDef> enters = new ArrayList<>();
    List<NodeDef> constant = new ArrayList<>();
    for (NodeDef enter : frames.get(frame)) {
      List<NodeDef> merges = readers(enter, "Merge");
      if (merges.isEmpty()) {
        constant.add(enter);
      } else {
        variables.add(variable(enter, merges.get(0)));
        enters.add(enter);
      }
    }
    if (variables.isEmpty()) {
      throw new BadInputException("loop '" + frame + "' changes nothing");
    }
    NodeDef decides = node(variables.get(0).branch().getInput(1));
    enters.addAll(constant);
    List<DataType> types = enters.stream().map(e -> Attributes.type(e, "T")).toList();
    Loop condition = new Loop(variables, constant, types);
    variables.forEach(v -> condition.is(v.merge().getName() + ":0", v));
    Loop round = new Loop(variables, constant, types);
    variables.forEach(v -> round.is(v.branch().getName() + ":1", v));
    String again = title(decides);
    FunctionDef cond =
        condition.function(
            free(again + "_cond"), List.of(decides.getInput(0)), List.of(DataType.DT_BOOL));
    List<String> next = new ArrayList<>(variables.stream().map(Variable::next).toList());
    constant.forEach(e -> next.add(e.getName()));
    FunctionDef body = round.function(free(again + "_body"), next, types);
    functions.put(name(cond), cond);
    functions.put(name(body), body);
    nodes.put(again, loop(again, enters, types, cond, body));
    for (int i = 0; i < variables.size(); i++) {
      for (NodeDef exit : variables.get(i).exits()) {
        NodeDef.Builder read = exit.toBuilder().setOp("Identity");
        nodes.put(exit.getName(), read.setInput(0, new TensorRef(again, i).toString()).build());
      }
    }
  }

  /** A loop is named as people know it, which no node of it is. */
  private String title(NodeDef decides) {
    String scope = decides.getName().replaceFirst("/LoopCond$", "");
    return nodes.containsKey(scope) ? decides.getName() : scope;
  }

  private static NodeDef loop(
      String name, List<NodeDef> enters, List<DataType> types, FunctionDef cond, FunctionDef body) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("While")
        .addAllInput(enters.stream().map(e -> e.getInput(0)).toList())
        .putAttr("T", list(types))
        .putAttr("cond", function(cond))
        .putAttr("body", function(body))
        .putAttr("output_shapes", list(List.of()))
        .putAttr(
            "parallel_iterations",
            Attributes.number(Attributes.number(enters.get(0), "parallel_iterations", 10)))
        .build();
  }

  private static AttrValue list(List<DataType> types) {
    return AttrValue.newBuilder()
        .setList(AttrValue.ListValue.newBuilder().addAllType(types))
        .build();
  }

  private static AttrValue function(FunctionDef f) {
    return AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName(name(f))).build();
  }

  private Variable variable(NodeDef enter, NodeDef merge) {
    List<String> in = merge.getInputList();
    boolean first = TensorRef.nodeOf(in.get(0)).equals(enter.getName());
    NodeDef back = in.size() == 2 ? node(in.get(first ? 1 : 0)) : merge;
    NodeDef branch =
        readers(merge, "Switch").stream()
            .filter(s -> node(s.getInput(1)).getOp().equals("LoopCond"))
            .findFirst()
            .orElse(merge);
    if (!back.getOp().equals("NextIteration") || branch == merge) {
      throw OpCatalog.bad(merge, "begins no loop");
    }
    return new Variable(enter, merge, back.getInput(0), branch, readers(branch, "Exit"));
  }

  private List<NodeDef> readers(NodeDef node, String op) {
    return readers.getOrDefault(node.getName(), List.of()).stream()
        .filter(n -> n.getOp().equals(op))
        .toList();
  }

  private NodeDef node(String input) {
    NodeDef node =
        nodes.get(TensorRef.isControl(input) ? input.substring(1) : TensorRef.nodeOf(input));
    if (node == null) {
      throw new BadInputException("the graph has no node '" + input + "'");
    }
    return node;
  }

  private String free(String name) {
    String free = name;
    for (int i = 1; functions.containsKey(free); i++) {
      free = name + "_" + i;
    }
    return free;
  }

  /** Whether a node does nothing but tell the nodes of a branch when it is taken. */
  static boolean isPivot(NodeDef node, Map<String, NodeDef> nodes) {
    if (node == null || !node.getOp().equals("Identity") || node.getInputCount() == 0) {
      return false;
    }
    NodeDef branch = nodes.get(node.getInput(0).split(":", 2)[0]);
    return branch != null && branch.getOp().equals("Switch");
  }

  /** One of the two functions of a loop, as it grows. */
  private final class Loop {
    private final List<DataType> types;

    /** The arguments of the function, by the tensors that they stand for. */
    private final Map<String, String> arguments = new HashMap<>();

    private final List<Variable> variables;
    private final Map<String, NodeDef> written = new LinkedHashMap<>();
    private final Set<String> open = new HashSet<>();

    Loop(List<Variable> variables, List<NodeDef> constant, List<DataType> types) {
      this.variables = variables;
      this.types = types;
      for (int i = 0; i < constant.size(); i++) {
        arguments.put(constant.get(i).getName() + ":0", argument(variables.size() + i));
      }
    }

    void is(String tensor, Variable variable) {
      arguments.put(tensor, argument(variables.indexOf(variable)));
    }

    private static String argument(int i) {
      return "loop_argument_" + i;
    }

    FunctionDef function(String name, List<String> results, List<DataType> resultTypes) {
      FunctionDef.Builder f = FunctionDef.newBuilder();
      f.getSignatureBuilder().setName(name);
      for (int i = 0; i < types.size(); i++) {
        f.getSignatureBuilder().addInputArgBuilder().setName(argument(i)).setType(types.get(i));
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
      String argument = arguments.get(ref.node() + ":" + ref.output());
      if (argument != null) {
        return argument;
      }
      NodeDef node = within(node(input));
      return node.getName() + ":" + port(node, ref.output());
    }

    private NodeDef within(NodeDef found) {
      NodeDef node = found;
      if (node.getOp().equals("Exit")) {
        OldLoops.this.write(inner(node));
        node = nodes.get(node.getName());
      }
      if (written.containsKey(node.getName())) {
        return node;
      }
      if (Set.of("Enter", "Exit", "NextIteration", "LoopCond").contains(node.getOp())
          || !open.add(node.getName())) {
        throw OpCatalog.bad(node, "is a part of no loop, or of another");
      }
      NodeDef.Builder copy = node.toBuilder().clearInput().clearDevice();
      for (String input : node.getInputList()) {
        if (!TensorRef.isControl(input)) {
          copy.addInput(tensor(input));
        } else if (isPivot(node(input), nodes)) {
          copy.addInput("^" + within(node(input)).getName());
        }
      }
      written.put(node.getName(), copy.build());
      return node;
    }

    /** The frame that a node leaves. */
    private String inner(NodeDef exit) {
      NodeDef merge = node(node(exit.getInput(0)).getInput(0));
      return frame(node(merge.getInput(0)));
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
      int first = OpCatalog.tensorFlow().offset(node, name);
      return name + ":" + (output - first);
    }
  }
}
