package org.espalier.savedmodels.imports;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.DataType;
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
   * @param ends the tensors that are fed and fetched: numbers or texts, and no handles of variables
   * @throws org.espalier.graphs.BadInputException naming the node and what is expected of it
   */
  static void check(Collection<NodeDef> flat, Collection<String> ends) {
    TypesFit types = check(flat, OpCatalog.tensorFlow()::definition);
    for (String end : ends) {
      if (types
          .port(TensorRef.parse(end))
          .filter(p -> p.type() == DataType.DT_RESOURCE)
          .isPresent()) {
        throw new BadInputException(
            "the signature names '" + end + "', which is the handle of a variable and no tensor");
      }
    }
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

  private static TypesFit check(
      Collection<NodeDef> nodes, Function<NodeDef, Definition> definition) {
    TypesFit types = new TypesFit();
    for (NodeDef node : nodes) {
      definition.apply(node).check(node);
      types.made.put(node.getName(), definition.apply(node).outputs(node));
    }
    nodes.forEach(node -> types.reads(node, definition.apply(node).inputs(node)));
    return types;
  }

  private Optional<Definition.Port> port(TensorRef tensor) {
    List<Definition.Port> outputs = made.getOrDefault(tensor.node(), List.of());
    return tensor.output() < 0 || tensor.output() >= outputs.size()
        ? Optional.empty()
        : Optional.of(outputs.get(tensor.output()));
  }

  private void reads(NodeDef node, List<Definition.Port> wanted) {
    List<String> tensors =
        node.getInputList().stream().filter(i -> !TensorRef.isControl(i)).toList();
    for (int i = 0; i < tensors.size(); i++) {
      String tensor = tensors.get(i);
      Definition.Port want = wanted.get(i);
      Definition.Port found =
          port(TensorRef.parse(tensor))
              .orElseThrow(
                  () -> OpCatalog.bad(node, "reads '" + tensor + "', which does not exist"));
      if (want.type() != found.type() || want.isReference() && !found.isReference()) {
        throw OpCatalog.bad(
            node,
            String.format(
                Locale.ROOT,
                "reads '%s' as its %s, expected %s, found %s",
                tensor,
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
