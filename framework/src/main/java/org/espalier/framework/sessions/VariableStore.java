package org.espalier.framework.sessions;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.tensorflow.proto.DataType;

/** Writes weights into the variables of a session and reads them back. */
public final class VariableStore {
  private final List<Parameter> variables;

  private VariableStore(List<Parameter> variables) {
    this.variables = List.copyOf(variables);
  }

  /** Adds to the graph what is needed to set the variables; the variables must be there. */
  public static VariableStore addTo(GraphBuilder graph, List<Parameter> parameters) {
    for (Parameter p : parameters) {
      graph.placeholder(feed(p.name()), DataType.DT_FLOAT, p.shape());
      graph.add(
          "AssignVariableOp",
          assign(p.name()),
          Map.of("dtype", Attributes.type(DataType.DT_FLOAT)),
          p.name(),
          feed(p.name()));
    }
    return new VariableStore(parameters);
  }

  private static String feed(String name) {
    return OpenGraph.OWN + "feed/" + name;
  }

  private static String assign(String name) {
    return OpenGraph.OWN + "assign/" + name;
  }

  /**
   * Sets those variables that the weights name.
   *
   * @throws BadInputException if an array has the wrong shape; TensorFlow would take it silently
   */
  public void write(OpenGraph open, Weights weights) {
    List<Parameter> named = variables.stream().filter(p -> weights.contains(p.name())).toList();
    weights.matching(named, "weights");
    if (named.isEmpty()) {
      return;
    }
    Call call = open.call();
    for (Parameter p : named) {
      call.feed(feed(p.name()), weights.get(p.name())).target(assign(p.name()));
    }
    call.run();
  }

  /** A copy of all variables. */
  public Weights read(OpenGraph open) {
    if (variables.isEmpty()) {
      return Weights.empty();
    }
    Call call = open.call();
    variables.forEach(p -> call.fetch(ref(p)));
    Map<TensorRef, ShapedArray> fetched = call.run();
    Map<String, ShapedArray> read = new LinkedHashMap<>();
    variables.forEach(p -> read.put(p.name(), fetched.get(ref(p))));
    return Weights.of(read);
  }

  private static TensorRef ref(Parameter p) {
    return TensorRef.of(GraphBuilder.readName(p.name()));
  }
}
