package org.espalier.graphs.rewrites;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.GraphIndex;
import org.espalier.graphs.Network;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** A graph under change, for the length of one rewrite. */
final class GraphEdit {
  private final Network network;
  private final Map<String, NodeDef.Builder> nodes = new LinkedHashMap<>();
  private final Map<String, TensorRef> outputs;

  GraphEdit(Network network) {
    this.network = network;
    this.outputs = new LinkedHashMap<>(network.outputs());
    network.graph().getNodeList().forEach(n -> nodes.put(n.getName(), n.toBuilder()));
  }

  NodeDef.Builder node(String name) {
    return nodes.get(name);
  }

  List<String> nodeNames() {
    return List.copyOf(nodes.keySet());
  }

  /** Adds the nodes right after another one, so that parameters stay in the order of the data. */
  void addAfter(String place, NodeDef... added) {
    Map<String, NodeDef.Builder> reordered = new LinkedHashMap<>();
    nodes.forEach(
        (name, node) -> {
          reordered.put(name, node);
          if (name.equals(place)) {
            for (NodeDef n : added) {
              if (nodes.containsKey(n.getName())) {
                throw new BadInputException("the graph already has a node '" + n.getName() + "'");
              }
              reordered.put(n.getName(), n.toBuilder());
            }
          }
        });
    nodes.clear();
    nodes.putAll(reordered);
  }

  /** Lets every reader of a tensor, except one, read another; outputs of the network too. */
  void redirect(TensorRef from, TensorRef to, String except) {
    for (NodeDef.Builder node : nodes.values()) {
      if (node.getName().equals(except)) {
        continue;
      }
      for (int i = 0; i < node.getInputCount(); i++) {
        String input = node.getInput(i);
        if (!TensorRef.isControl(input) && TensorRef.parse(input).equals(from)) {
          node.setInput(i, to.toString());
        }
      }
    }
    outputs.replaceAll((key, ref) -> ref.equals(from) ? to : ref);
  }

  /** Gives a node a constant of its own at one input. */
  void replaceIntegers(String name, int input, int[] values) {
    NodeDef.Builder node = nodes.get(name);
    NodeDef.Builder old = nodes.get(TensorRef.nodeOf(node.getInput(input)));
    Shape shape = Attributes.shape(old.getAttrOrThrow("value").getTensor().getTensorShape());
    if (shape.elements() != values.length) {
      throw new BadInputException("node '" + name + "' would change the shape of a constant");
    }
    String constant = unused(name + "/" + old.getName().replaceAll(".*/", ""));
    addAfter(
        old.getName(),
        NodeDef.newBuilder()
            .setName(constant)
            .setOp("Const")
            .putAttr("dtype", Attributes.type(DataType.DT_INT32))
            .putAttr("value", Attributes.ints(shape, values))
            .build());
    node.setInput(input, constant);
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
    nodes.values().forEach(n -> all.add(n.build()));
    GraphIndex index = new GraphIndex(all.build());
    List<String> roots = new ArrayList<>();
    outputs.values().forEach(ref -> roots.add(ref.node()));
    network.inputs().values().forEach(ref -> roots.add(ref.node()));
    Set<String> live = index.ancestors(roots).stream().collect(Collectors.toSet());
    GraphBuilder kept = new GraphBuilder();
    index.nodes().stream().filter(n -> live.contains(n.getName())).forEach(kept::add);
    return new Network(network.name(), kept.build(), network.inputs(), outputs);
  }
}
