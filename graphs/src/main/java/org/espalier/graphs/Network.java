package org.espalier.graphs;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
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
import java.util.stream.IntStream;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SignatureDef;

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

  private static final String INPUT = "_input_";
  private static final String NAME = "_network";
  private static final String OUTPUT = "_output_";
  private static final String SIGNATURE = "_signature";
  private static final String OTHERS = "_other_signatures";

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
    GraphDef.Builder changed = graph.def().toBuilder();
    Set<String> inputNodes = inputNodes();
    for (NodeDef.Builder node : changed.getNodeBuilderList()) {
      boolean fed = inputNodes.contains(node.getName()) && node.getOp().equals("Placeholder");
      Shape shape = fed ? Attributes.shape(node.build(), "shape").orElse(Shape.of()) : Shape.of();
      if (shape.rank() == 4) {
        int r = rowAxis(shape);
        int rows = Shape.isOpen(shape.dim(r)) ? height : shape.dim(r);
        int columns = Shape.isOpen(shape.dim(r + 1)) ? width : shape.dim(r + 1);
        node.putAttr(ASSUMED, Attributes.shape(shape.with(r, rows).with(r + 1, columns)));
      }
      node.removeAttr(TOLD); // of images of another size
    }
    return withGraph(new NodeGraph(changed.build()));
  }

  /** The same network, reckoning with no size but those that it fixes. */
  public Network assumingNothing() {
    GraphDef.Builder changed = graph.def().toBuilder();
    for (NodeDef.Builder node : changed.getNodeBuilderList()) {
      node.removeAttr(ASSUMED).removeAttr(TOLD);
    }
    return withGraph(new NodeGraph(changed.build()));
  }

  /** Where the rows of images of any size are: where their channels are is known. */
  private static int rowAxis(Shape images) {
    return !Shape.isOpen(images.dim(1)) && Shape.isOpen(images.dim(3)) ? 2 : 1;
  }

  /** Whether it takes images of any size. */
  public boolean takesAnySize() {
    return graph.nodes().stream()
        .filter(n -> inputs.values().stream().anyMatch(r -> r.node().equals(n.getName())))
        .flatMap(n -> Attributes.shape(n, "shape").stream())
        .anyMatch(
            s ->
                s.rank() == 4
                    && IntStream.of(rowAxis(s), rowAxis(s) + 1)
                        .anyMatch(a -> Shape.isOpen(s.dim(a))));
  }

  public Network named(String newName) {
    return new Network(newName, signature, graph, inputs, outputs, others, lost);
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
  public NodeGraph marked() {
    GraphDef.Builder written = graph.def().toBuilder();
    for (NodeDef.Builder node : written.getNodeBuilderList()) {
      inputs.forEach((key, ref) -> mark(node, INPUT, key, ref));
      outputs.forEach((key, ref) -> mark(node, OUTPUT, key, ref));
    }
    return new NodeGraph(written.build());
  }

  private void mark(NodeDef.Builder node, String what, String key, TensorRef ref) {
    if (ref.node().equals(node.getName())) {
      node.putAttr(what + key, Attributes.number(ref.output()));
      node.putAttr(NAME, Attributes.text(name));
      node.putAttr(SIGNATURE, Attributes.text(signature));
      if (!others.isEmpty()) {
        node.putAttr(OTHERS, writtenOthers());
      }
    }
  }

  private AttrValue writtenOthers() {
    AttrValue.ListValue.Builder all = AttrValue.ListValue.newBuilder();
    others.forEach(s -> all.addS(s.written().toByteString()));
    return AttrValue.newBuilder().setList(all).build();
  }

  private static List<Signature> readOthers(AttrValue written) {
    List<Signature> read = new ArrayList<>();
    for (ByteString signature : written.getList().getSList()) {
      try {
        read.add(Signature.of(SignatureDef.parseFrom(signature)));
      } catch (InvalidProtocolBufferException e) {
        throw new BadInputException("the graph's other signatures cannot be read", e);
      }
    }
    return read;
  }

  /** Reads what {@link #marked} wrote. */
  public static Network of(NodeGraph written) {
    GraphDef.Builder plain = written.def().toBuilder();
    Map<String, TensorRef> inputs = new LinkedHashMap<>();
    Map<String, TensorRef> outputs = new LinkedHashMap<>();
    String name = "network";
    String signature = SERVING_DEFAULT;
    List<Signature> others = List.of();
    for (NodeDef.Builder node : plain.getNodeBuilderList()) {
      for (String key : List.copyOf(node.getAttrMap().keySet())) {
        AttrValue value = node.getAttrOrThrow(key);
        TensorRef ref = new TensorRef(node.getName(), (int) value.getI());
        if (key.startsWith(INPUT)) {
          inputs.put(key.substring(INPUT.length()), ref);
        } else if (key.equals(NAME)) {
          name = value.getS().toStringUtf8();
        } else if (key.equals(SIGNATURE)) {
          signature = value.getS().toStringUtf8();
        } else if (key.equals(OTHERS)) {
          others = readOthers(value);
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
    return new Network(
        name, signature, new NodeGraph(plain.build()), inputs, outputs, others, Map.of());
  }

  @Override
  public String toString() {
    return "Network " + name + " (" + parameters.size() + " parameters)";
  }
}
