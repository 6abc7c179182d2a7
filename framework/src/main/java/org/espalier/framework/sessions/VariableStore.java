package org.espalier.framework.sessions;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.graphs.Attributes;
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
  private final List<String> names;

  private VariableStore(List<String> names) {
    this.names = names;
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
    return new VariableStore(parameters.stream().map(Parameter::name).toList());
  }

  private static String feed(String name) {
    return "feed/" + name;
  }

  private static String assign(String name) {
    return "assign/" + name;
  }

  /** Sets those variables that the weights name. */
  void write(Session session, Weights weights) {
    List<Tensor> fed = new ArrayList<>();
    try {
      Session.Runner runner = session.runner();
      for (String name : names) {
        if (weights.contains(name)) {
          Tensor tensor = Tensors.of(weights.get(name));
          fed.add(tensor);
          runner.feed(feed(name), tensor).addTarget(assign(name));
        }
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
    if (names.isEmpty()) {
      return Weights.empty();
    }
    Session.Runner runner = session.runner();
    names.forEach(n -> runner.fetch(GraphBuilder.readName(n)));
    Map<String, ShapedArray> read = new LinkedHashMap<>();
    try (Result result = runner.run()) {
      for (int i = 0; i < names.size(); i++) {
        ShapedArray copy = Tensors.copy(result.get(i));
        read.put(names.get(i), copy);
      }
    }
    return Weights.of(read);
  }
}
