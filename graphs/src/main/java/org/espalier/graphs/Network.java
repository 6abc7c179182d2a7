package org.espalier.graphs;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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

  /** The attribute of an input that says which shape to reckon with where its own is open. */
  public static final String ASSUMED = "_assumed_shape";

  /** The attribute of a node that says which shapes its outputs have, where no rule can tell. */
  public static final String TOLD = "_told_shapes";

  /** Rows and columns to reckon with where a network takes images of any size. */
  public static final int ANY_SIZE = 224;

  /** The signature that TensorFlow Serving takes where a request names none. */
  public static final String SERVING_DEFAULT = "serving_default";

  private final String name;
  private final String signature;
  private final NodeGraph graph;
  private final Map<String, TensorRef> inputs;
  private final Map<String, TensorRef> outputs;
  private final List<Signature> others;
  private final Map<String, String> lost;
  private final List<Parameter> parameters;
  private final Map<String, Parameter> byName = new HashMap<>();

  public Network(
      String name, NodeGraph graph, Map<String, TensorRef> inputs, Map<String, TensorRef> outputs) {
    this(name, SERVING_DEFAULT, graph, inputs, outputs, List.of(), Map.of());
  }

  private Network(
      String name,
      String signature,
      NodeGraph graph,
      Map<String, TensorRef> inputs,
      Map<String, TensorRef> outputs,
      List<Signature> others,
      Map<String, String> lost) {
    this.name = name;
    this.signature = signature;
    this.graph = graph;
    this.inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    this.outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    this.others = List.copyOf(others);
    this.lost = Collections.unmodifiableMap(new TreeMap<>(lost));
    this.parameters = readParameters(graph);
    parameters.forEach(p -> byName.put(p.name(), p));
  }

  private static List<Parameter> readParameters(NodeGraph graph) {
    List<Parameter> found = new ArrayList<>();
    for (NodeDef node : graph.nodes()) {
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

  /** The name under which a SavedModel offers it. */
  public String signature() {
    return signature;
  }

  /**
   * Under which other names a SavedModel offers parts of the graph. They share its parameters, so
   * what they compute may no more change than the outputs; costs and trainings leave them aside.
   */
  public List<Signature> others() {
    return others;
  }

  /** Signatures of the model that it was read from and that it does not have, with the reasons. */
  public Map<String, String> lost() {
    return lost;
  }

  public Network withLost(Map<String, String> reasons) {
    return new Network(name, signature, graph, inputs, outputs, others, reasons);
  }

  /**
   * To be asked before anything is written that is to take the place of the model: signatures are
   * not lost without a word.
   *
   * @throws UsageException that names the first one that would be
   */
  public void checkNothingLost() {
    lost.forEach(
        (other, reason) -> {
          throw new UsageException(
              String.format(
                  Locale.ROOT,
                  "%s: signature '%s' would be lost: %s; --signature %s takes that one alone",
                  name,
                  other,
                  reason,
                  signature));
        });
  }

  /** The network as each of its signatures offers it, its own first. */
  public List<Network> offered() {
    List<Network> offered = new ArrayList<>(List.of(withOthers(List.of())));
    others.forEach(
        s ->
            offered.add(
                new Network(name, s.name(), graph, s.inputs(), s.outputs(), List.of(), lost)));
    return offered;
  }

  /** The nodes that make outputs, of any signature. */
  public Set<String> outputNodes() {
    Set<String> nodes = new LinkedHashSet<>();
    outputs.values().forEach(ref -> nodes.add(ref.node()));
    others.forEach(s -> s.outputs().values().forEach(ref -> nodes.add(ref.node())));
    return nodes;
  }

  /** The nodes that are fed, of any signature. */
  public Set<String> inputNodes() {
    Set<String> nodes = new LinkedHashSet<>();
    inputs.values().forEach(ref -> nodes.add(ref.node()));
    others.forEach(s -> s.inputs().values().forEach(ref -> nodes.add(ref.node())));
    return nodes;
  }

  /** The parameters that a training changes: not those of other signatures alone. */
  public List<Parameter> trained() {
    List<Parameter> trained = parameters(ParameterKind::isTrained);
    if (others.isEmpty()) {
      return trained;
    }
    Set<String> needed = needed();
    return trained.stream().filter(p -> needed.contains(p.name())).toList();
  }

  /** The nodes that the outputs of its own signature need. */
  public Set<String> needed() {
    return graph.ancestors(outputs.values().stream().map(TensorRef::node).toList());
  }

  public NodeGraph graph() {
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

  /** A classifier's input: the one named {@link #IMAGES}, or the only one. */
  public TensorRef images() {
    return inputs.size() == 1 ? inputs.values().iterator().next() : input(IMAGES);
  }

  /** A classifier's output: the one named {@link #LOGITS}, or the only one. */
  public TensorRef logits() {
    return outputs.size() == 1 ? outputs.values().iterator().next() : output(LOGITS);
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
    String node = images().node();
    return graph.nodes().stream()
        .filter(n -> n.getName().equals(node))
        .findFirst()
        .flatMap(n -> Attributes.shape(n, "shape"))
        .orElseThrow(() -> new BadInputException(name + ": input '" + node + "' has no shape"));
  }

  public Network withGraph(NodeGraph changed) {
    return new Network(name, signature, changed, inputs, outputs, others, lost);
  }

  public Network withGraph(NodeGraph changed, Map<String, TensorRef> newOutputs) {
    return new Network(name, signature, changed, inputs, newOutputs, others, lost);
  }

  public Network withOthers(List<Signature> newOthers) {
    return new Network(name, signature, graph, inputs, outputs, newOthers, lost);
  }

  public Network withSignature(String newSignature) {
    return new Network(name, newSignature, graph, inputs, outputs, others, lost);
  }

  /**
   * The same network, whose costs are counted for images of the given size where it takes any size.
   */
  public Network assuming(int height, int width) {
    return withGraph(AssumedSize.write(graph, inputNodes(), height, width));
  }

  /** The same network, reckoning with no size but those that it fixes. */
  public Network assumingNothing() {
    return withGraph(AssumedSize.remove(graph));
  }

  /** Whether it takes images of any size. */
  public boolean takesAnySize() {
    Set<String> own = inputs.values().stream().map(TensorRef::node).collect(Collectors.toSet());
    return AssumedSize.isOpen(graph, own);
  }

  public Network named(String newName) {
    return new Network(newName, signature, graph, inputs, outputs, others, lost);
  }

  /** For each parameter that is read through a mask, the name of the mask's own. */
  public Map<String, String> masks() {
    Map<String, String> masks = new LinkedHashMap<>();
    for (NodeDef node : graph.nodes()) {
      if (node.containsAttr(NodeGraph.MASKED)) {
        masks.put(
            graph.parameterBehind(TensorRef.parse(node.getInput(0))),
            graph.parameterBehind(TensorRef.parse(node.getInput(1))));
      }
    }
    return masks;
  }

  /** Fresh weights. Every parameter has a random stream of its own, so order does not matter. */
  public Weights initialise(long seed) {
    Map<String, ShapedArray> drawn = new LinkedHashMap<>();
    for (Parameter p : parameters) {
      drawn.put(p.name(), p.initializer().draw(p.shape(), stream(seed, p)));
    }
    return Weights.of(drawn);
  }

  static RandomStream stream(long seed, Parameter p) {
    return RandomStream.of(seed, "init", p.name());
  }

  /** The graph with name and endpoints written into it, from which {@link #of} restores all. */
  public NodeGraph marked() {
    return NetworkMarks.write(this);
  }

  /** Reads what {@link #marked} wrote. */
  public static Network of(NodeGraph written) {
    return NetworkMarks.read(written);
  }

  @Override
  public String toString() {
    return "Network " + name + " (" + parameters.size() + " parameters)";
  }
}
