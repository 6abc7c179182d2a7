package org.espalier.savedmodels.imports;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorInfo;

/**
 * A graph in which single outputs of nodes with several are fed: each such output is read from a
 * placeholder of its own, and the node goes on to make the others.
 *
 * @param offer by the tensors of these nodes
 */
record FedTensors(List<NodeDef> nodes, Endpoints.Offer offer) {

  static FedTensors of(List<NodeDef> nodes, Endpoints.Offer offer) {
    Map<String, NodeDef> byName = new HashMap<>();
    nodes.forEach(node -> byName.put(node.getName(), node));
    Map<String, TensorRef> inputs = new LinkedHashMap<>(offer.inputs());
    Map<String, TensorInfo> types = new HashMap<>(offer.types());
    Map<TensorRef, String> placeholders = new LinkedHashMap<>();
    List<NodeDef> added = new ArrayList<>();
    Set<String> taken = new HashSet<>(byName.keySet());
    offer
        .inputs()
        .forEach(
            (key, ref) -> {
              NodeDef node = byName.get(ref.node());
              if (node != null && isOneOfSeveral(node)) {
                String name = free(ref.node() + "_" + ref.output(), taken);
                TensorInfo info = types.remove(ref.node());
                types.put(name, info);
                inputs.put(key, TensorRef.of(name));
                placeholders.put(ref, name);
                added.add(placeholder(name, info));
              }
            });
    return placeholders.isEmpty()
        ? new FedTensors(nodes, offer)
        : new FedTensors(rewired(nodes, placeholders, added), offer.fed(types, inputs));
  }

  private static boolean isOneOfSeveral(NodeDef node) {
    OpCatalog catalog = OpCatalog.tensorFlow();
    return catalog.has(node.getOp()) && catalog.outputs(node) > 1;
  }

  private static String free(String name, Set<String> taken) {
    String free = name;
    for (int i = 1; !taken.add(free); i++) {
      free = name + "_" + i;
    }
    return free;
  }

  private static NodeDef placeholder(String name, TensorInfo info) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Placeholder")
        .putAttr("dtype", Attributes.type(info.getDtype()))
        .putAttr("shape", AttrValue.newBuilder().setShape(info.getTensorShape()).build())
        .build();
  }

  private static List<NodeDef> rewired(
      List<NodeDef> nodes, Map<TensorRef, String> placeholders, List<NodeDef> added) {
    List<NodeDef> rewired = new ArrayList<>(added);
    for (NodeDef node : nodes) {
      NodeDef.Builder other = node.toBuilder().clearInput();
      for (String input : node.getInputList()) {
        String fed = TensorRef.isControl(input) ? null : placeholders.get(TensorRef.parse(input));
        other.addInput(fed == null ? input : fed);
      }
      rewired.add(other.build());
    }
    return rewired;
  }
}
