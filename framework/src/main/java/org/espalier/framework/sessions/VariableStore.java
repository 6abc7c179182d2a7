package org.espalier.framework.sessions;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.proto.DataType;

/** Writes weights into the variables of a session and reads them back. */
final class VariableStore {
  private final List<Parameter> variables;

  private VariableStore(List<Parameter> variables) {
    this.variables = List.copyOf(variables);
  }

  /** Adds to the graph what is needed to set the variables; the variables must be there. */
  static VariableStore addTo(GraphBuilder graph, List<Parameter> parameters) {
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
    return "feed/" + name;
  }

  private static String assign(String name) {
    return "assign/" + name;
  }

  /**
   * Sets those variables that the weights name.
   *
   * @throws BadInputException if an array has the wrong shape; TensorFlow would take it silently
   */
  void write(Session session, Weights weights) {
    List<Parameter> named = variables.stream().filter(p -> weights.contains(p.name())).toList();
    weights.matching(named, "weights");
    List<Tensor> fed = new ArrayList<>();
    try {
      Session.Runner runner = session.runner();
      for (Parameter p : named) {
        Tensor tensor = Tensors.of(weights.get(p.name()));
        fed.add(tensor);
        runner.feed(feed(p.name()), tensor).addTarget(assign(p.name()));
      }
      if (!fed.isEmpty()) {
        runner.run().close();
      }
    } finally {
      Tensors.closeAll(fed);
    }
  }

  /** A copy of all variables. */
  Weights read(Session session) {
    if (variables.isEmpty()) {
      return Weights.empty();
    }
    Session.Runner runner = session.runner();
    variables.forEach(p -> runner.fetch(GraphBuilder.readName(p.name())));
    Map<String, ShapedArray> read = new LinkedHashMap<>();
    try (Result result = runner.run()) {
      for (int i = 0; i < variables.size(); i++) {
        ShapedArray copy = Tensors.copy(result.get(i));
        read.put(variables.get(i).name(), copy);
      }
    }
    return Weights.of(read);
  }
}
