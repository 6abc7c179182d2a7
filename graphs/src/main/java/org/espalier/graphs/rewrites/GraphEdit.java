package org.espalier.graphs.rewrites;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.espalier.graphs.Signature;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** A graph under change, for the length of one rewrite. */
final class GraphEdit {
  private final Network network;
  private final Map<String, NodeDef.Builder> nodes = new LinkedHashMap<>();
  private final List<String> original = new ArrayList<>();
  private final Map<String, TensorRef> outputs;
  private final List<Signature> others;

  /** The nodes added before a node. */
  private final Map<String, List<String>> leaders = new HashMap<>();

  /** The nodes added after a node. */
  private final Map<String, List<String>> followers = new HashMap<>();

  /** Who reads, or once read, an output of a node. */
  private final Map<String, Set<String>> readers = new HashMap<>();

  GraphEdit(Network network) {
    this.network = network;
    this.outputs = new LinkedHashMap<>(network.outputs());
    this.others = new ArrayList<>(network.others());
    for (NodeDef n : network.graph().nodes()) {
      nodes.put(n.getName(), n.toBuilder());
      original.add(n.getName());
      n.getInputList().forEach(input -> noteReader(input, n.getName()));
    }
  }

  NodeDef.Builder node(String name) {
    return nodes.get(name);
  }

  List<String> nodeNames() {
    return List.copyOf(nodes.keySet());
  }

  /** Adds the nodes right after another one, so that parameters stay in the order of the data. */
  void addAfter(String place, NodeDef... added) {
    add(followers, place, added);
  }

  /** Adds the nodes right before another one. */
  void addBefore(String place, NodeDef... added) {
    add(leaders, place, added);
  }

  private void add(Map<String, List<String>> where, String place, NodeDef... added) {
    for (NodeDef n : added) {
      if (nodes.putIfAbsent(n.getName(), n.toBuilder()) != null) {
        throw new BadInputException("the graph already has a node '" + n.getName() + "'");
      }
      where.computeIfAbsent(place, k -> new ArrayList<>()).add(n.getName());
      n.getInputList().forEach(input -> noteReader(input, n.getName()));
    }
  }

  private void noteReader(String input, String reader) {
    if (!TensorRef.isControl(input)) {
      readers.computeIfAbsent(TensorRef.nodeOf(input), k -> new LinkedHashSet<>()).add(reader);
    }
  }

  private void setInput(NodeDef.Builder node, int input, String tensor) {
    node.setInput(input, tensor);
    noteReader(tensor, node.getName());
  }

  /** Lets every reader of a tensor, except one, read another; outputs of the network too. */
  void redirect(TensorRef from, TensorRef to, String except) {
    for (String reader : List.copyOf(readers.getOrDefault(from.node(), Set.of()))) {
      NodeDef.Builder node = nodes.get(reader);
      for (int i = 0; i < node.getInputCount() && !reader.equals(except); i++) {
        String input = node.getInput(i);
        if (!TensorRef.isControl(input) && TensorRef.parse(input).equals(from)) {
          setInput(node, i, to.toString());
        }
      }
    }
    outputs.replaceAll((key, ref) -> ref.equals(from) ? to : ref);
    others.replaceAll(s -> s.moved(ref -> ref.equals(from) ? to : ref));
  }

  void set(String name, int input, String tensor) {
    setInput(nodes.get(name), input, tensor);
  }

  /** Makes a node one of another op; its name and its outputs stay. */
  void become(String name, String op, Map<String, AttrValue> attributes, List<String> inputs) {
    NodeDef.Builder node = nodes.get(name);
    node.setOp(op).clearAttr().putAllAttr(attributes).clearInput().addAllInput(inputs);
    inputs.forEach(input -> noteReader(input, name));
  }

  /** Adds a constant of integers just before a node; returns its name. */
  String addConstant(String before, String name, Shape shape, DataType type, int... values) {
    String constant = unused(before + "/" + name);
    add(
        leaders,
        before,
        NodeDef.newBuilder()
            .setName(constant)
            .setOp("Const")
            .putAttr("dtype", Attributes.type(type))
            .putAttr(
                "value",
                type == DataType.DT_INT64
                    ? Attributes.longs(shape, values)
                    : Attributes.ints(shape, values))
            .build());
    return constant;
  }

  /**
   * Gives a node other integers at one input. Constants are replaced for this node only, also those
   * that are packed or joined with values that are only known at run time, which follow on their
   * own.
   */
  void replaceIntegers(String name, int input, int[] values) {
    setInput(nodes.get(name), input, withIntegers(name, nodes.get(name).getInput(input), values));
  }

  private String withIntegers(String reader, String tensor, int[] values) {
    NodeDef.Builder old = nodes.get(TensorRef.nodeOf(tensor));
    return switch (old.getOp()) {
      case "Const" -> {
        Shape shape = Attributes.shape(old.getAttrOrThrow("value").getTensor().getTensorShape());
        if (shape.elements() != values.length) {
          throw new BadInputException("node '" + reader + "' would change the shape of a constant");
        }
        String title = old.getName().replaceAll(".*/", "");
        yield addConstant(reader, title, shape, old.getAttrOrThrow("dtype").getType(), values);
      }
      case "Identity" -> withIntegers(reader, old.getInput(0), values);
      case "Pack", "ConcatV2" -> withParts(reader, old, values);
      default -> tensor; // computed from what is fed
    };
  }

  private String withParts(String reader, NodeDef.Builder old, int[] values) {
    boolean packs = old.getOp().equals("Pack");
    int parts = old.getInputCount() - (packs ? 0 : 1);
    int[] sizes = new int[parts];
    int known = 0;
    for (int i = 0; i < parts; i++) {
      sizes[i] = packs ? 1 : length(nodes.get(TensorRef.nodeOf(old.getInput(i))));
      known += Math.max(0, sizes[i]);
    }
    NodeDef.Builder copy =
        old.clone().setName(unused(reader + "/" + old.getName().replaceAll(".*/", "")));
    int from = 0;
    for (int i = 0; i < parts; i++) {
      int size = sizes[i] < 0 ? values.length - known : sizes[i];
      copy.setInput(
          i, withIntegers(reader, old.getInput(i), Arrays.copyOfRange(values, from, from + size)));
      from += size;
    }
    add(leaders, reader, copy.build());
    return copy.getName();
  }

  /** How many integers a constant or a packed vector holds; -1 if that is computed. */
  private static int length(NodeDef.Builder node) {
    return switch (node.getOp()) {
      case "Const" ->
          (int)
              Attributes.shape(node.getAttrOrThrow("value").getTensor().getTensorShape())
                  .elements();
      case "Pack" -> node.getInputCount();
      default -> -1;
    };
  }

  String unused(String name) {
    String free = name;
    for (int i = 1; nodes.containsKey(free); i++) {
      free = name + "_" + i;
    }
    return free;
  }

  /** The network with the changes, without the nodes that no output needs. */
  Network build() {
    GraphBuilder all = new GraphBuilder();
    original.forEach(name -> write(name, all));
    NodeGraph index = all.build();
    List<String> roots = new ArrayList<>(network.inputNodes());
    outputs.values().forEach(ref -> roots.add(ref.node()));
    others.forEach(s -> s.outputs().values().forEach(ref -> roots.add(ref.node())));
    Set<String> live = index.ancestors(roots).stream().collect(Collectors.toSet());
    GraphBuilder kept = new GraphBuilder();
    index.nodes().stream().filter(n -> live.contains(n.getName())).forEach(kept::add);
    return network.withGraph(kept.build(), outputs).withOthers(others);
  }

  private void write(String name, GraphBuilder to) {
    leaders.getOrDefault(name, List.of()).forEach(l -> write(l, to));
    to.add(nodes.get(name).build());
    followers.getOrDefault(name, List.of()).forEach(f -> write(f, to));
  }
}
