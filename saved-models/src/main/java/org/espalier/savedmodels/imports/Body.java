package org.espalier.savedmodels.imports;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * A place where names mean something: the main graph, or one call of a function. Functions write
 * {@code node:output:index} where graphs write {@code node:index}, and name their arguments.
 */
final class Body {
  private final String prefix;
  private final boolean function;
  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
  private final Map<String, String> arguments;
  private final Map<String, AttrValue> types;
  private final Map<String, List<String>> made = new HashMap<>();
  private final Map<String, FunctionDef> library;

  private Body(
      String prefix,
      boolean function,
      List<NodeDef> nodes,
      Map<String, String> arguments,
      Map<String, AttrValue> types,
      Map<String, FunctionDef> library) {
    this.prefix = prefix;
    this.function = function;
    this.arguments = arguments;
    this.types = types;
    this.library = library;
    for (NodeDef node : nodes) {
      if (node.getName().isEmpty()) {
        throw OpCatalog.bad(node, "has no name");
      }
      if (this.nodes.put(node.getName(), node) != null) {
        throw new BadInputException("two nodes are named '" + node.getName() + "'");
      }
    }
  }

  static Body main(List<NodeDef> nodes, Map<String, FunctionDef> library) {
    return new Body("", false, nodes, Map.of(), Map.of(), library);
  }

  /** The body of a function, called by a node with these tensors. */
  static Body call(
      String prefix,
      NodeDef caller,
      FunctionDef f,
      List<String> given,
      Map<String, FunctionDef> library) {
    List<OpDef.ArgDef> wanted = f.getSignature().getInputArgList();
    if (wanted.size() != given.size()) {
      throw OpCatalog.bad(
          caller,
          String.format(
              Locale.ROOT,
              "gives %d tensors to function '%s', which takes %d",
              given.size(),
              f.getSignature().getName(),
              wanted.size()));
    }
    Map<String, String> arguments = new HashMap<>();
    for (int i = 0; i < given.size(); i++) {
      arguments.put(wanted.get(i).getName(), given.get(i));
    }
    return new Body(prefix, true, f.getNodeDefList(), arguments, caller.getAttrMap(), library);
  }

  String prefix() {
    return prefix;
  }

  Collection<NodeDef> nodes() {
    return nodes.values();
  }

  NodeDef node(String name) {
    NodeDef node = nodes.get(name);
    if (node == null) {
      throw new BadInputException("the graph has no node '" + name + "'");
    }
    return node;
  }

  /** What a node made, as tensors of the flat graph. */
  void made(NodeDef node, List<String> tensors) {
    made.put(node.getName(), tensors);
  }

  boolean isMade(NodeDef node) {
    return made.containsKey(node.getName());
  }

  /** A polymorphic function says {@code $T}; its caller says what T is. */
  AttrValue bound(AttrValue value) {
    return value.getPlaceholder().isEmpty()
        ? value
        : types.getOrDefault(value.getPlaceholder(), value);
  }

  /** The flat graph's name for a tensor of this body. */
  String tensor(String input) {
    if (function && arguments.containsKey(input)) {
      return arguments.get(input);
    }
    NodeDef node = node(nodeOf(input));
    List<String> tensors = made.get(node.getName());
    int index = index(node, input);
    if (tensors == null || index < 0 || index >= tensors.size()) {
      throw new BadInputException("there is no tensor '" + input + "'");
    }
    return tensors.get(index);
  }

  private int index(NodeDef node, String input) {
    if (!function) {
      return TensorRef.parse(input).output();
    }
    String[] parts = input.split(":", -1);
    int index = parts.length > 2 ? TensorRef.parse(parts[0] + ":" + parts[2]).output() : 0;
    return parts.length > 1 ? offset(node, parts[1]) + index : index;
  }

  private int offset(NodeDef node, String output) {
    FunctionDef called = library.get(node.getOp());
    if (called == null) {
      return OpCatalog.tensorFlow().offset(node, output);
    }
    List<OpDef.ArgDef> outputs = called.getSignature().getOutputArgList();
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.get(i).getName().equals(output)) {
        return i;
      }
    }
    throw OpCatalog.bad(node, "has no output '" + output + "'");
  }

  private String nodeOf(String input) {
    if (TensorRef.isControl(input)) {
      return input.substring(1);
    }
    int colon = function ? input.indexOf(':') : -1;
    return function ? (colon < 0 ? input : input.substring(0, colon)) : TensorRef.nodeOf(input);
  }

  /** The nodes that tensors are computed from, inputs first, in the order of reading. */
  List<NodeDef> order(Collection<String> tensors) {
    List<NodeDef> order = new ArrayList<>();
    Set<String> open = new HashSet<>();
    Set<String> done = new HashSet<>();
    Deque<Visit> stack = new ArrayDeque<>();
    for (String tensor : tensors) {
      enter(tensor, open, done, stack);
      while (!stack.isEmpty()) {
        Visit top = stack.peek();
        if (top.next < top.node.getInputCount()) {
          String input = top.node.getInput(top.next++);
          if (!TensorRef.isControl(input)) {
            enter(input, open, done, stack);
          }
        } else {
          stack.pop();
          open.remove(top.node.getName());
          done.add(top.node.getName());
          order.add(top.node);
        }
      }
    }
    return order;
  }

  private void enter(String tensor, Set<String> open, Set<String> done, Deque<Visit> stack) {
    if (function && arguments.containsKey(tensor)) {
      return;
    }
    NodeDef node = node(nodeOf(tensor));
    if (done.contains(node.getName())) {
      return;
    }
    if (!open.add(node.getName())) {
      if (open.stream().anyMatch(n -> nodes.get(n).getOp().endsWith("Merge"))) {
        throw OpCatalog.bad(
            node,
            "is part of a loop that is not built as those of TensorFlow are, or of which only a part"
                + " is asked for; --outputs names tensors before it or behind it");
      }
      throw new BadInputException("the graph has a cycle through node '" + node.getName() + "'");
    }
    stack.push(new Visit(node));
  }

  /** All nodes that tensors depend on, be it only by an order of execution. */
  List<NodeDef> reached(Collection<String> tensors) {
    Map<String, NodeDef> seen = new LinkedHashMap<>();
    Deque<String> open = new ArrayDeque<>(tensors);
    while (!open.isEmpty()) {
      String input = open.pop();
      if (function && arguments.containsKey(input)) {
        continue;
      }
      NodeDef node = node(nodeOf(input));
      if (seen.putIfAbsent(node.getName(), node) == null) {
        node.getInputList().forEach(open::push);
      }
    }
    return List.copyOf(seen.values());
  }

  private static final class Visit {
    final NodeDef node;
    int next;

    Visit(NodeDef node) {
      this.node = node;
    }
  }
}
