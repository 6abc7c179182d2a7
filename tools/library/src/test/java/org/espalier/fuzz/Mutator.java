package org.espalier.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.espalier.framework.sessions.TensorFlowRuntime;
import org.espalier.graphs.RandomStream;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/** Changes one thing in a graph, in one of its functions, or in a signature. */
final class Mutator {
  private static final List<OpDef> OPS = TensorFlowRuntime.ops().getOpList();

  private final MetaGraphDef.Builder meta;
  private final GraphDef.Builder graph;
  private final RandomStream random;
  private final OddValues odd;

  /** The nodes of the graph or of one function, to pick from and to change. */
  private List<NodeDef.Builder> body;

  Mutator(MetaGraphDef.Builder meta, RandomStream random) {
    this.meta = meta;
    this.graph = meta.getGraphDefBuilder();
    this.random = random;
    this.odd = new OddValues(random);
  }

  /** Does so, and says what. */
  String change() {
    List<Supplier<String>> changes =
        List.of(
            this::attribute,
            this::attribute,
            this::attribute,
            this::constant,
            this::constant,
            this::constant,
            this::attributeLess,
            this::attributeMore,
            this::input,
            this::input,
            this::inputs,
            this::name,
            this::op,
            this::between,
            this::less,
            this::twice,
            this::signature,
            this::function,
            this::model);
    body = body();
    return body.isEmpty() ? model() : changes.get(random.nextInt(changes.size())).get();
  }

  /** A body for each node in it: large ones are changed more often. */
  private List<NodeDef.Builder> body() {
    List<List<NodeDef.Builder>> bodies = new ArrayList<>();
    bodies.add(graph.getNodeBuilderList());
    graph
        .getLibraryBuilder()
        .getFunctionBuilderList()
        .forEach(f -> bodies.add(f.getNodeDefBuilderList()));
    int nodes = bodies.stream().mapToInt(List::size).sum();
    int at = nodes == 0 ? 0 : random.nextInt(nodes);
    for (List<NodeDef.Builder> one : bodies) {
      if (at < one.size()) {
        return one;
      }
      at -= one.size();
    }
    return List.of();
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private NodeDef.Builder node() {
    return any(body);
  }

  private static List<String> names(NodeDef.Builder node) {
    return List.copyOf(new TreeMap<>(node.getAttrMap()).keySet());
  }

  private String attribute() {
    NodeDef.Builder node = node();
    if (node.getAttrCount() == 0) {
      return attributeMore();
    }
    String name = any(names(node));
    AttrValue value = odd.attribute(node.getAttrOrThrow(name));
    node.putAttr(name, value);
    return node.getName() + "." + name + " = " + brief(value);
  }

  private static String brief(AttrValue value) {
    String text = value.toString().replaceAll("\\s+", " ").strip();
    return text.length() > 120 ? text.substring(0, 120) + "..." : text;
  }

  private String constant() {
    List<NodeDef.Builder> constants =
        body.stream().filter(n -> n.getOp().equals("Const") && n.containsAttr("value")).toList();
    if (constants.isEmpty()) {
      return attribute();
    }
    NodeDef.Builder node = any(constants);
    AttrValue value = odd.attribute(node.getAttrOrThrow("value"));
    node.putAttr("value", value);
    return "constant " + node.getName() + " = " + brief(value);
  }

  private String attributeLess() {
    NodeDef.Builder node = node();
    if (node.getAttrCount() == 0) {
      return less();
    }
    String name = any(names(node));
    node.removeAttr(name);
    return node.getName() + " without " + name;
  }

  private String attributeMore() {
    NodeDef.Builder node = node();
    NodeDef.Builder other = node();
    String name = other.getAttrCount() == 0 ? "T" : any(names(other));
    AttrValue value = odd.attribute(other.getAttrOrDefault(name, AttrValue.getDefaultInstance()));
    node.putAttr(name, value);
    return node.getName() + "." + name + " := " + brief(value);
  }

  private String tensor() {
    String name = node().getName();
    return switch (random.nextInt(12)) {
      case 0 -> "";
      case 1 -> "ghost";
      case 2 -> "^" + name;
      case 3 -> name + ":" + odd.number();
      case 4 -> name + ":y:0";
      case 5 -> name + ":output:" + random.nextInt(3);
      case 6 -> name + ":1";
      default -> name;
    };
  }

  private String input() {
    NodeDef.Builder node = node();
    if (node.getInputCount() == 0) {
      node.addInput(tensor());
      return node.getName() + " reads " + node.getInput(0);
    }
    int at = random.nextInt(node.getInputCount());
    node.setInput(at, tensor());
    return node.getName() + " reads " + node.getInput(at) + " at " + at;
  }

  private String inputs() {
    NodeDef.Builder node = node();
    List<String> inputs = new ArrayList<>(node.getInputList());
    switch (random.nextInt(4)) {
      case 0 -> inputs.add(tensor());
      case 1 -> inputs.clear();
      case 2 -> java.util.Collections.reverse(inputs);
      default -> {
        if (!inputs.isEmpty()) {
          inputs.remove(random.nextInt(inputs.size()));
        }
      }
    }
    node.clearInput().addAllInput(inputs);
    return node.getName() + " reads " + inputs;
  }

  private String name() {
    NodeDef.Builder node = node();
    String old = node.getName();
    String name =
        switch (random.nextInt(5)) {
          case 0 -> "";
          case 1 -> node().getName();
          case 2 -> "a b:c^d";
          default -> old + "_x";
        };
    node.setName(name);
    return old + " is named '" + name + "'";
  }

  private String op() {
    NodeDef.Builder node = node();
    String old = node.getOp();
    List<OpDef> alike =
        OPS.stream()
            .filter(op -> op.getInputArgCount() == node.getInputCount())
            .filter(op -> !op.getIsStateful())
            .toList();
    String op = random.nextInt(3) > 0 || alike.isEmpty() ? node().getOp() : any(alike).getName();
    node.setOp(op);
    return node.getName() + " is " + op + " in place of " + old;
  }

  /** Some op of TensorFlow's, put between a node and what it reads. */
  private String between() {
    List<OpDef> pure =
        OPS.stream().filter(op -> !op.getIsStateful() && op.getInputArgCount() > 0).toList();
    OpDef op = any(pure);
    NodeDef.Builder reader = node();
    if (reader.getInputCount() == 0) {
      return attribute();
    }
    NodeDef.Builder node =
        NodeDef.newBuilder().setName("put/between" + random.nextInt(1000)).setOp(op.getName());
    int at = random.nextInt(reader.getInputCount());
    for (int i = 0; i < op.getInputArgCount(); i++) {
      node.addInput(i == 0 ? reader.getInput(at) : tensor());
    }
    for (OpDef.AttrDef attr : op.getAttrList()) {
      if (attr.hasDefaultValue()) {
        boolean changed = random.nextInt(4) == 0;
        AttrValue usual = attr.getDefaultValue();
        node.putAttr(attr.getName(), changed ? odd.attribute(usual) : usual);
      } else {
        node.putAttr(attr.getName(), required(attr));
      }
    }
    String output = op.getOutputArgCount() == 0 ? "y" : op.getOutputArg(0).getName();
    boolean inGraph = same(body, graph.getNodeBuilderList());
    reader.setInput(at, inGraph ? node.getName() : node.getName() + ":" + output + ":0");
    add(node.build());
    return op.getName() + " before " + reader.getName();
  }

  private AttrValue required(OpDef.AttrDef attr) {
    AttrValue.Builder value = AttrValue.newBuilder();
    return switch (attr.getType()) {
      case "type" -> {
        var allowed = attr.getAllowedValues().getList().getTypeList();
        boolean floats =
            allowed.isEmpty() || allowed.contains(org.tensorflow.proto.DataType.DT_FLOAT);
        yield value.setType(floats ? org.tensorflow.proto.DataType.DT_FLOAT : any(allowed)).build();
      }
      case "int" -> value.setI(random.nextBoolean() ? 1 : odd.number()).build();
      case "list(int)" ->
          value
              .setList(AttrValue.ListValue.newBuilder().addI(1).addI(2).addI(odd.number()).addI(1))
              .build();
      case "string" -> {
        var allowed = attr.getAllowedValues().getList().getSList();
        yield value.setS(allowed.isEmpty() ? odd.text() : any(allowed)).build();
      }
      case "shape" ->
          value
              .setShape(odd.shape(org.tensorflow.proto.TensorShapeProto.getDefaultInstance()))
              .build();
      default -> value.build();
    };
  }

  /** Adds a node to the body that is being changed. */
  private void add(NodeDef node) {
    if (same(body, graph.getNodeBuilderList())) {
      graph.addNode(node);
      return;
    }
    for (FunctionDef.Builder f : graph.getLibraryBuilder().getFunctionBuilderList()) {
      if (same(body, f.getNodeDefBuilderList())) {
        f.addNodeDef(node);
        return;
      }
    }
  }

  private static boolean same(List<NodeDef.Builder> a, List<NodeDef.Builder> b) {
    return !a.isEmpty() && !b.isEmpty() && a.get(0) == b.get(0);
  }

  private String less() {
    NodeDef.Builder node = node();
    String name = node.getName();
    int at = indexOf(node);
    if (same(body, graph.getNodeBuilderList())) {
      graph.removeNode(at);
    } else {
      for (FunctionDef.Builder f : graph.getLibraryBuilder().getFunctionBuilderList()) {
        if (same(body, f.getNodeDefBuilderList())) {
          f.removeNodeDef(at);
          break;
        }
      }
    }
    return "without " + name;
  }

  private int indexOf(NodeDef.Builder node) {
    for (int i = 0; i < body.size(); i++) {
      if (body.get(i) == node) {
        return i;
      }
    }
    throw new IllegalStateException(node.getName());
  }

  private String twice() {
    NodeDef node = node().build();
    add(node);
    return "twice " + node.getName();
  }

  private String signature() {
    List<String> names = List.copyOf(new TreeMap<>(meta.getSignatureDefMap()).keySet());
    if (names.isEmpty()) {
      return attribute();
    }
    String name = any(names);
    SignatureDef.Builder signature = meta.getSignatureDefOrThrow(name).toBuilder();
    boolean in = random.nextBoolean();
    Map<String, TensorInfo> ends =
        new TreeMap<>(in ? signature.getInputsMap() : signature.getOutputsMap());
    String key = ends.isEmpty() ? "more" : any(List.copyOf(ends.keySet()));
    TensorInfo.Builder info = ends.getOrDefault(key, TensorInfo.getDefaultInstance()).toBuilder();
    switch (random.nextInt(6)) {
      case 0 -> ends.remove(key);
      case 1 -> ends.put(key + "2", info.setName(tensor()).build());
      case 2 -> ends.put(key, info.setDtype(odd.type()).build());
      case 3 -> ends.put(key, info.setTensorShape(odd.shape(info.getTensorShape())).build());
      case 4 -> ends.put("", info.build());
      default -> ends.put(key, info.setName(tensor()).build());
    }
    if (in) {
      signature.clearInputs().putAllInputs(ends);
    } else {
      signature.clearOutputs().putAllOutputs(ends);
    }
    meta.putSignatureDef(name, signature.build());
    return "signature " + name + ": " + (in ? "inputs " : "outputs ") + key;
  }

  private String function() {
    List<FunctionDef.Builder> functions = graph.getLibraryBuilder().getFunctionBuilderList();
    if (functions.isEmpty()) {
      return inputs();
    }
    FunctionDef.Builder f = any(functions);
    OpDef.Builder signature = f.getSignatureBuilder();
    String name = signature.getName();
    switch (random.nextInt(7)) {
      case 0 -> signature.addInputArg(OpDef.ArgDef.newBuilder().setName("more"));
      case 1 -> signature.clearInputArg();
      case 2 -> signature.addOutputArg(OpDef.ArgDef.newBuilder().setName("more"));
      case 3 -> f.clearRet();
      case 4 -> signature.setName(any(functions).getSignature().getName());
      case 5 -> {
        if (signature.getInputArgCount() > 0) {
          any(signature.getInputArgBuilderList()).setType(odd.type());
        }
      }
      default -> {
        NodeDef.Builder caller = node();
        AttrValue.Builder called = AttrValue.newBuilder();
        called.getFuncBuilder().setName(name);
        caller.setOp("PartitionedCall").putAttr("f", called.build());
        return caller.getName() + " calls " + name;
      }
    }
    return "function " + name;
  }

  private String model() {
    switch (random.nextInt(5)) {
      case 0 -> graph.getVersionsBuilder().setProducer((int) odd.number());
      case 1 -> graph.getVersionsBuilder().setMinConsumer((int) odd.number());
      case 2 -> meta.clearSignatureDef();
      case 3 -> meta.clearObjectGraphDef();
      default -> graph.clearLibrary();
    }
    return "the model as a whole";
  }
}
