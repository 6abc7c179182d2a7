package org.espalier.savedmodels.imports;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;

/**
 * Where the values of variables lie that no op of the graph restores: those of Keras 3 models that
 * were written by {@code tf.saved_model.save}, whose loader binds objects to functions. A function
 * is called with its arguments and then with what it is bound to; the model says which objects
 * these are, and the checkpoint where the variable of each object lies.
 */
final class ObjectKeys {
  private static final String VALUE = "VARIABLE_VALUE";

  private ObjectKeys() {}

  /**
   * The keys of some variables, as far as there are any.
   *
   * @param objects of the checkpoint; asked for only if the model binds one of the variables
   */
  static Map<String, CheckpointKey> of(
      MetaGraphDef meta, Set<String> variables, Supplier<Optional<TrackableObjectGraph>> objects) {
    Map<String, Integer> bound = bound(meta);
    bound.keySet().retainAll(variables);
    if (bound.isEmpty()) {
      return Map.of();
    }
    Map<String, CheckpointKey> keys = new LinkedHashMap<>();
    Optional<TrackableObjectGraph> known = objects.get();
    bound.forEach(
        (variable, object) ->
            known
                .flatMap(graph -> key(graph, object))
                .ifPresent(key -> keys.put(variable, new CheckpointKey(key, ""))));
    return keys;
  }

  /** The number of the object that a variable of the graph is. */
  private static Map<String, Integer> bound(MetaGraphDef meta) {
    SavedObjectGraph objects = meta.getObjectGraphDef();
    Map<String, Integer> bound = new HashMap<>();
    for (NodeDef node : meta.getGraphDef().getNodeList()) {
      String called =
          node.getAttrMap().containsKey("f") ? node.getAttrOrThrow("f").getFunc().getName() : "";
      if (!objects.containsConcreteFunctions(called)) {
        continue;
      }
      List<Integer> last = objects.getConcreteFunctionsOrThrow(called).getBoundInputsList();
      List<String> given =
          node.getInputList().stream().filter(input -> !TensorRef.isControl(input)).toList();
      int first = given.size() - last.size();
      for (int i = Math.max(0, -first); i < last.size(); i++) {
        bound.putIfAbsent(TensorRef.nodeOf(given.get(first + i)), last.get(i));
      }
    }
    return bound;
  }

  private static Optional<String> key(TrackableObjectGraph graph, int object) {
    return object < 0 || object >= graph.getNodesCount()
        ? Optional.empty()
        : graph.getNodes(object).getAttributesList().stream()
            .filter(attribute -> attribute.getName().equals(VALUE))
            .map(attribute -> attribute.getCheckpointKey())
            .findFirst();
  }
}
