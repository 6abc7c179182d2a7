package org.espalier.savedmodels.imports;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.TensorRef;

/**
 * Outputs of one signature that are inputs as well, or twice the same tensor. TensorFlow refuses to
 * feed and fetch one tensor, and some of its readers to fetch one twice, so such an output is a
 * node of its own.
 */
final class PassedOn {
  private final OpenGraph open;
  private final GraphBuilder graph;
  private final Set<String> taken = new HashSet<>();

  private PassedOn(NodeGraph nodes, OpenGraph open) {
    this.open = open;
    this.graph = new GraphBuilder(nodes);
    nodes.nodes().forEach(n -> taken.add(n.getName()));
  }

  /** The graph with such nodes, if it needs any; outputs that need one are moved to it. */
  static NodeGraph add(
      NodeGraph nodes, Set<TensorRef> inputs, Iterable<Map<String, TensorRef>> outputs) {
    try (OpenGraph open = new OpenGraph(nodes, Machine.processors())) {
      PassedOn passed = new PassedOn(nodes, open);
      outputs.forEach(of -> passed.separate(inputs, of));
      return passed.graph.build();
    }
  }

  private void separate(Set<TensorRef> inputs, Map<String, TensorRef> outputs) {
    Set<TensorRef> seen = new HashSet<>(inputs);
    for (Map.Entry<String, TensorRef> output : new LinkedHashMap<>(outputs).entrySet()) {
      if (!seen.add(output.getValue())) {
        outputs.put(output.getKey(), TensorRef.of(identity(output.getValue())));
      }
    }
  }

  private String identity(TensorRef of) {
    String name = of.node() + "/passed_on";
    for (int i = 1; !taken.add(name); i++) {
      name = of.node() + "/passed_on_" + i;
    }
    return graph.add(
        "Identity", name, Map.of("T", Attributes.type(open.type(of).getDtype())), of.toString());
  }
}
