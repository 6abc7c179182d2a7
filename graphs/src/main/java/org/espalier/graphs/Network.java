package org.espalier.graphs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * An immutable network: a flat graph without training ops, its named endpoints, its parameters.
 *
 * <p>Parameters are resource variables; what is known of them travels in the attributes of their
 * variable nodes, so the graph is the only source. Batch norm stands in inference mode; training is
 * a rewrite ({@code TrainingForm}).
 */
public final class Network {
  /** The endpoint of every image classifier's input: float32, [batch, height, width, channels]. */
  public static final String IMAGES = "images";

  /** The endpoint of every classifier's output: float32, [batch, classes], before softmax. */
  public static final String LOGITS = "logits";

  private static final String INPUT = "_input_";
  private static final String NAME = "_network";
  private static final String OUTPUT = "_output_";

  private final String name;
  private final GraphDef graph;
  private final Map<String, TensorRef> inputs;
  private final Map<String, TensorRef> outputs;
  private final List<Parameter> parameters;
  private final Map<String, Parameter> byName = new HashMap<>();

  public Network(
      String name, GraphDef graph, Map<String, TensorRef> inputs, Map<String, TensorRef> outputs) {
    this.name = name;
    this.graph = graph;
    this.inputs = Map.copyOf(inputs);
    this.outputs = Map.copyOf(outputs);
    this.parameters = readParameters(graph);
    parameters.forEach(p -> byName.put(p.name(), p));
  }

  private static List<Parameter> readParameters(GraphDef graph) {
    List<Parameter> found = new ArrayList<>();
    for (NodeDef node : graph.getNodeList()) {
      if (node.getOp().equals("VarHandleOp")) {
        Shape shape =
            Attributes.shape(node, "shape")
                .orElseThrow(
                    () -> new BadInputException("variable '" + node.getName() + "' has no shape"));
        found.add(
            new Parameter(
                node.getName(),
                shape,
                ParameterKind.of(Attributes.text(node, GraphBuilder.KIND, "other")),
                Initializer.parse(Attributes.text(node, GraphBuilder.INITIALIZER, "constant(0)"))));
      }
    }
    return List.copyOf(found);
  }

  public String name() {
    return name;
  }

  public GraphDef graph() {
    return graph;
  }

  public Map<String, TensorRef> inputs() {
    return inputs;
  }

  public Map<String, TensorRef> outputs() {
    return outputs;
  }

  /** In the order in which data meets them. */
  public List<Parameter> parameters() {
    return parameters;
  }

  public List<Parameter> parameters(Predicate<ParameterKind> kind) {
    return parameters.stream().filter(p -> kind.test(p.kind())).toList();
  }

  public Parameter parameter(String parameter) {
    Parameter found = byName.get(parameter);
    if (found == null) {
      throw new BadInputException(name + " has no parameter named '" + parameter + "'");
    }
    return found;
  }

  public TensorRef input(String endpoint) {
    return endpoint(inputs, "input", endpoint);
  }

  public TensorRef output(String endpoint) {
    return endpoint(outputs, "output", endpoint);
  }

  private TensorRef endpoint(Map<String, TensorRef> endpoints, String what, String endpoint) {
    TensorRef ref = endpoints.get(endpoint);
    if (ref == null) {
      throw new BadInputException(
          name + " has no " + what + " '" + endpoint + "'; it has " + endpoints.keySet());
    }
    return ref;
  }

  /** The shape of the images it reads: [?, height, width, channels]. */
  public Shape imageShape() {
    String node = input(IMAGES).node();
    return graph.getNodeList().stream()
        .filter(n -> n.getName().equals(node))
        .findFirst()
        .flatMap(n -> Attributes.shape(n, "shape"))
        .orElseThrow(() -> new BadInputException(name + ": input '" + node + "' has no shape"));
  }

  public Network withGraph(GraphDef changed) {
    return new Network(name, changed, inputs, outputs);
  }

  public Network named(String newName) {
    return new Network(newName, graph, inputs, outputs);
  }

  /** Fresh weights. Every parameter has a random stream of its own, so order does not matter. */
  public Weights initialise(long seed) {
    Map<String, ShapedArray> drawn = new LinkedHashMap<>();
    for (Parameter p : parameters) {
      drawn.put(p.name(), p.initializer().draw(p.shape(), RandomStream.of(seed, "init", p.name())));
    }
    return Weights.of(drawn);
  }

  /** The graph with name and endpoints written into it, from which {@link #of} restores all. */
  public GraphDef toGraphDef() {
    GraphDef.Builder written = graph.toBuilder();
    for (NodeDef.Builder node : written.getNodeBuilderList()) {
      inputs.forEach((key, ref) -> mark(node, INPUT, key, ref));
      outputs.forEach((key, ref) -> mark(node, OUTPUT, key, ref));
    }
    return written.build();
  }

  private void mark(NodeDef.Builder node, String what, String key, TensorRef ref) {
    if (ref.node().equals(node.getName())) {
      node.putAttr(what + key, Attributes.number(ref.output()));
      node.putAttr(NAME, Attributes.text(name));
    }
  }

  /** Reads what {@link #toGraphDef} wrote. */
  public static Network of(GraphDef written) {
    GraphDef.Builder plain = written.toBuilder();
    Map<String, TensorRef> inputs = new LinkedHashMap<>();
    Map<String, TensorRef> outputs = new LinkedHashMap<>();
    String name = "network";
    for (NodeDef.Builder node : plain.getNodeBuilderList()) {
      for (String key : List.copyOf(node.getAttrMap().keySet())) {
        AttrValue value = node.getAttrOrThrow(key);
        TensorRef ref = new TensorRef(node.getName(), (int) value.getI());
        if (key.startsWith(INPUT)) {
          inputs.put(key.substring(INPUT.length()), ref);
        } else if (key.equals(NAME)) {
          name = value.getS().toStringUtf8();
        } else if (key.startsWith(OUTPUT)) {
          outputs.put(key.substring(OUTPUT.length()), ref);
        } else {
          continue;
        }
        node.removeAttr(key);
      }
    }
    if (inputs.isEmpty() || outputs.isEmpty()) {
      throw new BadInputException("the graph names no inputs or no outputs; is it Espalier's?");
    }
    return new Network(name, plain.build(), inputs, outputs);
  }

  @Override
  public String toString() {
    return "Network " + name + " (" + parameters.size() + " parameters)";
  }
}
