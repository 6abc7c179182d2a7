package org.espalier.savedmodels.imports;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.rewrites.Masks;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * Writes a flat graph as Espalier's own do: each parameter is one resource variable with one read,
 * just before its first reader. Float variables and constant kernels become parameters alike.
 */
final class NetworkAssembly {
  private static final Set<String> REFS = Set.of("Variable", "VariableV2");
  private static final Set<ParameterKind> ONES =
      Set.of(ParameterKind.BN_SCALE, ParameterKind.BN_VARIANCE, ParameterKind.MASK);
  private static final String HANDLE = "VarHandleOp";

  private final List<NodeDef> flat;
  private final Map<String, NodeDef> byName = new HashMap<>();
  private final Map<String, TensorProto> values;
  private final ParameterKinds kinds;
  private final GraphBuilder graph = new GraphBuilder();
  private final Set<String> taken = new HashSet<>();
  private final Map<String, String> names = new HashMap<>();
  private final Map<String, ShapedArray> weights = new LinkedHashMap<>();

  /** A flat graph without function calls. */
  NetworkAssembly(ComputedWeights.Folded graph) {
    this.flat = graph.nodes();
    this.values = graph.values();
    this.kinds = new ParameterKinds(index(flat), graph.passing());
    for (NodeDef node : flat) {
      byName.put(node.getName(), node);
      if (!isState(node) && !node.getOp().equals("ReadVariableOp")) {
        taken.add(node.getName());
      }
    }
  }

  /** A way in a list of nodes. */
  static NodeGraph index(List<NodeDef> nodes) {
    return new NodeGraph(GraphDef.newBuilder().addAllNode(nodes).build());
  }

  static boolean isState(NodeDef node) {
    return REFS.contains(node.getOp()) || node.getOp().equals(HANDLE);
  }

  NodeGraph graph() {
    for (NodeDef node : flat) {
      if (node.containsAttr(NodeGraph.MASKED)) {
        masked(node);
      } else if (looksUp(node)) {
        graph.add(lookUp(node));
      } else if (!isState(node)
          && !node.getOp().equals("ReadVariableOp")
          && !node.getOp().equals("Const")) {
        List<String> read = node.getInputList().stream().map(this::tensor).toList();
        NodeDef.Builder written = node.toBuilder().clearInput().addAllInput(read);
        graph.add(addsAlongRows(node) ? plainSum(written) : written.build());
      }
    }
    return graph.build();
  }

  /**
   * A bias along the last axis of a channels-first convolution. TensorFlow's optimiser takes it for
   * one a channel when it fuses the two; with other lengths that ends the process.
   */
  private boolean addsAlongRows(NodeDef node) {
    if (!node.getOp().equals("BiasAdd") || isChannelsFirst(node)) {
      return false;
    }
    NodeDef conv = byName.get(TensorRef.nodeOf(node.getInput(0)));
    return conv != null && isChannelsFirst(conv);
  }

  /** Rows that are read straight from a variable; TensorFlow has no gradient for that here. */
  private static boolean looksUp(NodeDef node) {
    return node.getOp().equals("ResourceGather")
        && node.getInputCount() == 2
        && Attributes.type(node, "dtype") == DataType.DT_FLOAT
        && Attributes.number(node, "batch_dims", 0) == 0;
  }

  private NodeDef lookUp(NodeDef node) {
    AttrValue int32 = Attributes.type(DataType.DT_INT32);
    String axis = graph.constant(free(node.getName() + "/axis"), Shape.of(), 0);
    return NodeDef.newBuilder()
        .setName(node.getName())
        .setOp("GatherV2")
        .addInput(read(byName.get(TensorRef.nodeOf(node.getInput(0))), node.getName()))
        .addInput(tensor(node.getInput(1)))
        .addInput(axis)
        .putAttr("Tparams", Attributes.type(DataType.DT_FLOAT))
        .putAttr("Tindices", node.getAttrOrThrow("Tindices"))
        .putAttr("Taxis", int32)
        .build();
  }

  private static boolean isChannelsFirst(NodeDef node) {
    return Attributes.text(node, "data_format", "NHWC").equals("NCHW");
  }

  private static NodeDef plainSum(NodeDef.Builder biasAdd) {
    return biasAdd.setOp("AddV2").removeAttr("data_format").build();
  }

  Map<String, ShapedArray> weights() {
    return weights;
  }

  /**
   * Where the written graph has a tensor of the flat one; parameters are written when first read.
   */
  String tensor(String input) {
    NodeDef node = byName.get(TensorRef.nodeOf(input));
    if (node.containsAttr(NodeGraph.MASKED)) {
      return masked(node);
    }
    return switch (node.getOp()) {
      case "ReadVariableOp" -> read(variable(node), node.getName());
      case "Variable", "VariableV2" -> read(node, node.getName());
      case HANDLE -> handle(node);
      case "Const" -> constant(node);
      default -> input;
    };
  }

  /** A parameter times its mask, whose name tells whose it is. */
  private String masked(NodeDef product) {
    String key = "masked " + product.getName();
    if (!names.containsKey(key)) {
      NodeDef mask = byName.get(TensorRef.nodeOf(byName.get(product.getInput(1)).getInput(0)));
      String read = tensor(product.getInput(0));
      String parameter = read.substring(0, read.length() - readName("").length());
      String title = Masks.nameFor(parameter);
      if (taken.contains(title)) {
        ShapedArray zeros = Constants.floats(value(mask), title);
        weights.computeIfPresent(parameter, (p, values) -> values.where(zeros));
        names.put(key, read);
      } else {
        String by = readName(parameter(title, ParameterKind.MASK, value(mask)));
        names.put(key, graph.add(product.toBuilder().setInput(0, read).setInput(1, by).build()));
      }
    }
    return names.get(key);
  }

  private NodeDef variable(NodeDef read) {
    NodeDef handle = byName.get(TensorRef.nodeOf(read.getInput(0)));
    if (!handle.getOp().equals(HANDLE)) {
      throw OpCatalog.bad(read, "reads '" + handle.getName() + "', which is not a variable");
    }
    return handle;
  }

  /** Handles of the same shared name are the same variable. */
  static String key(NodeDef variable) {
    String shared = Attributes.text(variable, "shared_name", "");
    return shared.isEmpty() ? "node " + variable.getName() : "shared " + shared;
  }

  static String title(NodeDef variable) {
    if (variable.containsAttr(ComputedWeights.TITLE)) {
      return Attributes.text(variable, ComputedWeights.TITLE, "");
    }
    String shared = Attributes.text(variable, "shared_name", "");
    return shared.matches("[A-Za-z0-9.][A-Za-z0-9_.\\\\/>-]*") ? shared : variable.getName();
  }

  private String handle(NodeDef variable) {
    read(variable, null);
    String name = names.get(key(variable));
    if (name == null) {
      throw OpCatalog.bad(variable, "is used as a variable, but does not hold 32-bit floats");
    }
    return name;
  }

  private String read(NodeDef variable, String reader) {
    String known = names.get(key(variable));
    if (known != null) {
      return readName(known);
    }
    TensorProto value = value(variable);
    if (value.getDtype() != DataType.DT_FLOAT) {
      return reader == null ? "" : embedded(reader, value);
    }
    String name = parameter(title(variable), kind(variable), value);
    names.put(key(variable), name);
    return readName(name);
  }

  private static String readName(String parameter) {
    return GraphBuilder.readName(parameter);
  }

  private TensorProto value(NodeDef variable) {
    TensorProto value = values.get(variable.getName());
    if (value == null) {
      throw new BadInputException(
          "variable '" + title(variable) + "' has no value: nothing in the model restores it");
    }
    return value;
  }

  /** Counters and half floats are data of the graph. */
  private String embedded(String name, TensorProto value) {
    String key = "data " + name;
    if (names.putIfAbsent(key, name) == null) {
      String free = free(name);
      names.put(key, free);
      graph.add(
          "Const",
          free,
          Map.of(
              "dtype",
              Attributes.type(value.getDtype()),
              "value",
              AttrValue.newBuilder().setTensor(value).build()));
    }
    return names.get(key);
  }

  private ParameterKind kind(NodeDef variable) {
    String key = key(variable);
    return flat.stream()
        .filter(n -> n.getOp().equals("ReadVariableOp") && key(variable(n)).equals(key))
        .map(n -> kinds.of(n.getName()))
        .filter(k -> k != ParameterKind.OTHER)
        .findFirst()
        .orElseGet(() -> kinds.of(variable.getName()));
  }

  private String constant(NodeDef node) {
    String known = names.get("constant " + node.getName());
    if (known == null) {
      known = Constants.isFloats(node) ? asParameter(node) : null;
      known = known == null ? graph.add(node) : known;
      names.put("constant " + node.getName(), known);
    }
    return known;
  }

  private String asParameter(NodeDef node) {
    Optional<ParameterKind> kind = kinds.ofConstant(node.getName());
    if (kind.isEmpty()) {
      return null;
    }
    taken.remove(node.getName());
    TensorProto value = node.getAttrOrThrow("value").getTensor();
    return readName(parameter(node.getName(), kind.get(), value));
  }

  private String parameter(String title, ParameterKind kind, TensorProto value) {
    String name = free(title);
    taken.add(readName(name));
    ShapedArray array = Constants.floats(value, name);
    float fresh = ONES.contains(kind) ? 1 : 0;
    Initializer initializer =
        Initializer.parse(kind.isKernel() ? "he-fan-out" : "constant(" + (int) fresh + ")");
    graph.parameter(new Parameter(name, array.shape(), kind, initializer));
    weights.put(name, array);
    return name;
  }

  private String free(String name) {
    String free = name;
    for (int i = 1; taken.contains(free) || taken.contains(readName(free)); i++) {
      free = name + "_" + i;
    }
    taken.add(free);
    return free;
  }

  /** The variables of a flat graph, with their types. */
  static Map<String, DataType> variables(List<NodeDef> flat) {
    Map<String, DataType> types = new LinkedHashMap<>();
    List<NodeDef> state = new ArrayList<>(flat);
    state.removeIf(n -> !isState(n));
    state.forEach(n -> types.put(n.getName(), n.getAttrOrThrow("dtype").getType()));
    return types;
  }
}
