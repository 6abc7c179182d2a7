package org.espalier.savedmodels.imports;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;

/**
 * Writes the nodes that given tensors are computed from as one flat graph, with the body of a
 * function in the place of its call. Nodes that only pass a tensor on are left out, and so is the
 * order of execution: a network is a function of its inputs.
 */
final class Inliner {
  /** Functions that call functions twice can grow without bound. */
  private static final int LARGEST = 1_000_000;

  private static final Set<String> PASSING =
      Set.of(
          "Identity",
          "IdentityN",
          "StopGradient",
          "PreventGradient",
          "Snapshot",
          "CheckNumerics",
          "PlaceholderWithDefault");

  /** Old control flow needs the order of execution, unless a constant decides. */
  private static final Set<String> CONTROL_FLOW =
      Set.of("Switch", "RefSwitch", "Merge", "RefMerge", "Enter", "RefEnter", "Exit", "RefExit");

  private static final Set<String> BRANCHES = Set.of("If", "StatelessIf");

  /** A tensor on the branch that is never taken. */
  private static final String DEAD = "";

  private final Map<String, FunctionDef> library;
  private final Set<String> inputs;
  private final SafeOps safe;
  private final OpCatalog catalog = OpCatalog.tensorFlow();
  private final Map<String, NodeDef> flat = new LinkedHashMap<>();
  private final Deque<String> calls = new ArrayDeque<>();
  private final Set<String> taken = new HashSet<>();

  /**
   * @param inputs the nodes that are fed, which stay whatever they are
   */
  Inliner(Map<String, FunctionDef> library, Set<String> inputs, SafeOps safe) {
    this.library = library;
    this.inputs = inputs;
    this.safe = safe;
  }

  /** The flat graph's nodes, inputs before their readers. */
  List<NodeDef> nodes() {
    return List.copyOf(flat.values());
  }

  /**
   * Adds what is needed for some tensors of the main graph; returns their names in the flat one.
   */
  List<String> add(Body main, List<String> tensors) {
    safe.check(main.reached(tensors));
    List<String> flatTensors = expand(main, tensors);
    int dead = flatTensors.indexOf(DEAD);
    if (dead >= 0) {
      throw new BadInputException(
          "tensor '" + tensors.get(dead) + "' is on a branch that is never taken");
    }
    return flatTensors;
  }

  private List<String> expand(Body body, List<String> tensors) {
    for (NodeDef node : body.order(tensors)) {
      if (body.isMade(node)) {
        continue;
      }
      List<String> read = new ArrayList<>();
      for (String input : node.getInputList()) {
        if (!TensorRef.isControl(input)) {
          read.add(body.tensor(input));
        }
      }
      body.made(node, emit(body, node, read));
    }
    return tensors.stream().map(body::tensor).toList();
  }

  private List<String> emit(Body body, NodeDef node, List<String> read) {
    if (body.prefix().isEmpty() && inputs.contains(node.getName())) {
      return write(body, node, node.getOp().equals("Placeholder") ? read : List.of());
    }
    if (read.contains(DEAD) && !node.getOp().endsWith("Merge")) {
      return Collections.nCopies(outputs(body, node), DEAD);
    }
    if (library.containsKey(node.getOp())) {
      return call(body, node, node.getOp(), read);
    }
    catalog.definition(node).check(bound(body, node));
    if (SafeOps.CALLS.contains(node.getOp())) {
      return call(body, node, node.getAttrOrThrow("f").getFunc().getName(), read);
    }
    if (PASSING.contains(node.getOp())) {
      return read;
    }
    return branch(body, node, read).orElseGet(() -> write(body, node, read));
  }

  private int outputs(Body body, NodeDef node) {
    FunctionDef f = library.get(node.getOp());
    if (f != null) {
      return f.getSignature().getOutputArgCount();
    }
    return catalog.outputs(bound(body, node));
  }

  /** The node as it is for the types that the caller of its function gives. */
  private static NodeDef bound(Body body, NodeDef node) {
    Map<String, AttrValue> attributes = new HashMap<>();
    node.getAttrMap().forEach((key, value) -> attributes.put(key, body.bound(value)));
    return node.toBuilder().putAllAttr(attributes).build();
  }

  /** A choice that a constant decides, such as "not training": only the branch taken is written. */
  private Optional<List<String>> branch(Body body, NodeDef node, List<String> read) {
    if (node.getOp().endsWith("Merge")) {
      List<String> live = read.stream().filter(r -> !r.equals(DEAD)).toList();
      return live.size() > 1
          ? Optional.empty()
          : Optional.of(List.of(live.isEmpty() ? DEAD : live.get(0), DEAD));
    }
    boolean switches = node.getOp().endsWith("Switch");
    if (!switches && !BRANCHES.contains(node.getOp())) {
      return Optional.empty();
    }
    Optional<Boolean> decided =
        Constants.truth(flat.get(TensorRef.nodeOf(read.get(switches ? 1 : 0))));
    if (decided.isEmpty()) {
      return Optional.empty();
    }
    if (switches) {
      return Optional.of(decided.get() ? List.of(DEAD, read.get(0)) : List.of(read.get(0), DEAD));
    }
    String branch = decided.get() ? "then_branch" : "else_branch";
    String name = node.getAttrOrThrow(branch).getFunc().getName();
    return Optional.of(call(body, node, name, read.subList(1, read.size())));
  }

  private List<String> call(Body body, NodeDef node, String name, List<String> read) {
    FunctionDef f = library.get(name);
    if (f == null) {
      throw OpCatalog.bad(node, "calls function '" + name + "', which is not in the library");
    }
    if (calls.contains(name)) {
      throw OpCatalog.bad(node, "calls function '" + name + "', which calls itself");
    }
    calls.push(name);
    Body called = Body.call(body.prefix() + node.getName() + "/", node, f, read, library);
    List<String> results =
        f.getSignature().getOutputArgList().stream()
            .map(o -> f.getRetOrDefault(o.getName(), ""))
            .toList();
    List<String> tensors = expand(called, results);
    calls.pop();
    return tensors;
  }

  private List<String> write(Body body, NodeDef node, List<String> read) {
    checkFlat(body, node);
    String name = free(body.prefix(), node.getName());
    NodeDef bound = bound(body, node);
    NodeDef written =
        NodeDef.newBuilder()
            .setName(name)
            .setOp(node.getOp())
            .addAllInput(read)
            .putAllAttr(catalog.attributes(bound))
            .build();
    flat.put(name, KeptFunctions.isKept(node) ? withFunctions(written) : written);
    if (flat.size() > LARGEST) {
      throw new BadInputException("the graph has more than " + LARGEST + " nodes once flattened");
    }
    List<String> tensors = new ArrayList<>();
    for (int i = 0; i < catalog.outputs(bound); i++) {
      tensors.add(new TensorRef(name, i).toString());
    }
    return tensors;
  }

  /** A loop or branch that reads the values of variables itself. */
  private NodeDef withFunctions(NodeDef node) {
    NodeDef.Builder changed = node.toBuilder();
    Map<Integer, DataType> values = new HashMap<>();
    for (int i = 0; i < node.getInputCount(); i++) {
      NodeDef variable = flat.get(TensorRef.nodeOf(node.getInput(i)));
      if (variable != null
          && KeptFunctions.isArray(variable)
          && TensorRef.parse(node.getInput(i)).output() == 0) {
        values.put(i, DataType.DT_RESOURCE);
      }
      if (variable != null && variable.getOp().equals("VarHandleOp")) {
        AttrValue type = variable.getAttrOrThrow("dtype");
        String read = free("", variable.getName() + "/value");
        flat.put(
            read,
            NodeDef.newBuilder()
                .setName(read)
                .setOp("ReadVariableOp")
                .addInput(variable.getName())
                .putAttr("dtype", type)
                .build());
        changed.setInput(i, read);
        values.put(i, type.getType());
      }
    }
    return KeptFunctions.of(changed.build(), values, library);
  }

  private static void checkFlat(Body body, NodeDef node) {
    if (KeptFunctions.isKept(node)) {
      return;
    }
    if (CONTROL_FLOW.contains(node.getOp())
        || node.getAttrMap().values().stream()
            .anyMatch(a -> a.hasFunc() || a.getList().getFuncCount() > 0)) {
      throw OpCatalog.bad(
          node,
          "is control flow of TensorFlow 1 that is decided as it runs, which a network of Espalier"
              + " cannot have; --outputs names tensors before it, and --fix decides a branch that an"
              + " input picks");
    }
    if (node.getOp().equals("ReadVariableOp")) {
      for (String input : node.getInputList()) {
        if (TensorRef.isControl(input)
            && body.node(input.substring(1)).getOp().startsWith("Assign")) {
          throw OpCatalog.bad(node, "reads a variable that the network changes as it computes");
        }
      }
    }
  }

  /** A node keeps its own name if no other has it: those of nested calls are long. */
  private String free(String prefix, String name) {
    String free = name;
    for (int i = 0; !taken.add(free); i++) {
      free = prefix + name + (i == 0 ? "" : "_" + i);
    }
    return free;
  }
}
