package org.espalier.savedmodels.imports;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
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

  /**
   * A loop.
   *
   * @param constant what it reads and does not change
   */
  private record Loop(List<Variable> variables, List<NodeDef> constant) {
    /** What goes in, in the order of the arguments of its functions. */
    List<NodeDef> enters() {
      return Stream.concat(variables.stream().map(Variable::enter), constant.stream()).toList();
    }

    /** What goes into the next round. */
    List<String> next() {
      return Stream.concat(
              variables.stream().map(Variable::next), constant.stream().map(NodeDef::getName))
          .toList();
    }
  }

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
    if (nodes.size() < graph.getNodeCount()) {
      return graph; // two nodes of one name, which are refused later as in any graph
    }
    for (String frame : frames.keySet()) {
      try {
        write(frame);
      } catch (BadInputException | IllegalArgumentException | IndexOutOfBoundsException e) {
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
    if (begun.add(frame)) { // else done, failed, or within itself
      Loop loop = loop(frame);
      NodeDef written = written(loop);
      nodes.put(written.getName(), written);
      for (int i = 0; i < loop.variables().size(); i++) {
        String result = new TensorRef(written.getName(), i).toString();
        for (NodeDef exit : loop.variables().get(i).exits()) {
          nodes.put(exit.getName(), exit.toBuilder().setOp("Identity").setInput(0, result).build());
        }
      }
    }
  }

  private Loop loop(String frame) {
    List<Variable> variables = new ArrayList<>();
    List<NodeDef> constant = new ArrayList<>();
    for (NodeDef enter : frames.getOrDefault(frame, List.of())) {
      List<NodeDef> merges = readers(enter, "Merge");
      if (merges.isEmpty()) {
        constant.add(enter);
      } else {
        variables.add(variable(enter, merges.get(0)));
      }
    }
    if (variables.isEmpty()) {
      throw new BadInputException("loop '" + frame + "' changes nothing");
    }
    return new Loop(variables, constant);
  }

  private NodeDef written(Loop loop) {
    List<NodeDef> enters = loop.enters();
    List<DataType> types = enters.stream().map(e -> Attributes.type(e, "T")).toList();
    LoopFunction condition = new LoopFunction(types, this::within, functions);
    LoopFunction round = new LoopFunction(types, this::within, functions);
    for (int i = 0; i < enters.size(); i++) {
      boolean changes = i < loop.variables().size();
      String stays = enters.get(i).getName();
      condition.is(i, changes ? loop.variables().get(i).merge().getName() : stays, 0);
      round.is(i, changes ? loop.variables().get(i).branch().getName() : stays, changes ? 1 : 0);
    }
    NodeDef decides = node(loop.variables().get(0).branch().getInput(1));
    String name = title(decides);
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("While")
        .addAllInput(enters.stream().map(e -> e.getInput(0)).toList())
        .putAttr("T", list(types))
        .putAttr(
            "cond",
            function(
                condition.written(
                    free(name + "_cond"), List.of(decides.getInput(0)), List.of(DataType.DT_BOOL))))
        .putAttr("body", function(round.written(free(name + "_body"), loop.next(), types)))
        .putAttr("output_shapes", list(List.of()))
        .putAttr(
            "parallel_iterations",
            Attributes.number(Attributes.number(enters.get(0), "parallel_iterations", 10)))
        .build();
  }

  /** A loop is named as people know it, which no node of it is. */
  private String title(NodeDef decides) {
    String scope = decides.getName().replaceFirst("/LoopCond$", "");
    return nodes.containsKey(scope) ? decides.getName() : scope;
  }

  private static AttrValue list(List<DataType> types) {
    return AttrValue.newBuilder()
        .setList(AttrValue.ListValue.newBuilder().addAllType(types))
        .build();
  }

  /** Adds a function, and names it. */
  private AttrValue function(FunctionDef f) {
    functions.put(name(f), f);
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

  /** A node that a loop needs, be it what comes out of a loop within it. */
  private NodeDef within(String input) {
    NodeDef node = node(input);
    if (node.getOp().equals("Exit")) {
      NodeDef merge = node(node(node.getInput(0)).getInput(0));
      write(frame(node(merge.getInput(0))));
    }
    return node(input);
  }

  private List<NodeDef> readers(NodeDef node, String op) {
    return readers.getOrDefault(node.getName(), List.of()).stream()
        .filter(n -> n.getOp().equals(op))
        .toList();
  }

  private NodeDef node(String input) {
    NodeDef node = nodes.get(TensorRef.nodeOf(input));
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
}
