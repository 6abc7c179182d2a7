package org.espalier.savedmodels.imports;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Whether the nodes of a graph read what their ops want, by the definitions of the ops. TensorFlow
 * finds most that does not fit, and takes the rest for granted: a size that is no whole number ends
 * the process.
 */
final class TypesFit {
  private final Map<String, List<Definition.Port>> made = new HashMap<>();

  private TypesFit() {}

  /**
   * Checks all nodes of a flat graph, in whatever order they are.
   *
   * @throws org.espalier.graphs.BadInputException naming the node and what is expected of it
   */
  static void check(Collection<NodeDef> flat) {
    check(flat, OpCatalog.tensorFlow()::definition);
  }

  /** The same of a graph that calls functions; not what is in them. */
  static void check(GraphDef graph) {
    Map<String, Definition> functions = new HashMap<>();
    graph
        .getLibrary()
        .getFunctionList()
        .forEach(f -> functions.put(f.getSignature().getName(), new Definition(f.getSignature())));
    check(
        graph.getNodeList(),
        node -> {
          Definition function = functions.get(node.getOp());
          return function == null ? OpCatalog.tensorFlow().definition(node) : function;
        });
  }

  private static void check(Collection<NodeDef> nodes, Function<NodeDef, Definition> definition) {
    TypesFit types = new TypesFit();
    for (NodeDef node : nodes) {
      definition.apply(node).check(node);
      types.made.put(node.getName(), definition.apply(node).outputs(node));
    }
    nodes.forEach(node -> types.reads(node, definition.apply(node).inputs(node)));
  }

  private void reads(NodeDef node, List<Definition.Port> wanted) {
    List<String> tensors =
        node.getInputList().stream().filter(i -> !TensorRef.isControl(i)).toList();
    for (int i = 0; i < tensors.size(); i++) {
      TensorRef ref = TensorRef.parse(tensors.get(i));
      List<Definition.Port> outputs = made.get(ref.node());
      if (outputs == null || ref.output() < 0 || ref.output() >= outputs.size()) {
        throw OpCatalog.bad(node, "reads '" + tensors.get(i) + "', which does not exist");
      }
      Definition.Port want = wanted.get(i);
      Definition.Port found = outputs.get(ref.output());
      if (want.type() != found.type() || want.isReference() && !found.isReference()) {
        throw OpCatalog.bad(
            node,
            String.format(
                Locale.ROOT,
                "reads '%s' as its %s, expected %s, found %s",
                tensors.get(i),
                want.name(),
                word(want),
                word(found)));
      }
    }
  }

  private static String word(Definition.Port port) {
    return Definition.word(port.type()) + (port.isReference() ? " by reference" : "");
  }
}
