package org.espalier.savedmodels.imports;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.UsageException;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Which tensors of a model are fed and computed: those of a signature, or those that were named.
 */
final class Endpoints {
  private static final String OWN = "__saved_model";

  private Endpoints() {}

  /** The signature that is asked for, the default one, or the only one. */
  static String signature(MetaGraphDef meta, Optional<String> wanted) {
    Map<String, SignatureDef> known = new TreeMap<>(meta.getSignatureDefMap());
    known.keySet().removeIf(name -> name.startsWith(OWN));
    String only = known.size() == 1 ? known.keySet().iterator().next() : Network.SERVING_DEFAULT;
    String name =
        wanted.orElse(known.containsKey(Network.SERVING_DEFAULT) ? Network.SERVING_DEFAULT : only);
    if (known.isEmpty()) {
      throw new BadInputException("the model has no signature, so no inputs and outputs");
    }
    if (!known.containsKey(name)) {
      throw UsageException.unknown("signature", name, known.keySet());
    }
    return name;
  }

  /**
   * The signature's endpoints, with those in their place that the options name: names of the
   * signature, or tensors of the graph. Outputs may also be tensors within functions, which are
   * known only when the graph is flat.
   */
  static Offer of(MetaGraphDef meta, String signature, ReadOptions options) {
    SignatureDef known = meta.getSignatureDefOrThrow(signature);
    SignatureDef.Builder changed = known.toBuilder();
    Map<String, NodeDef> nodes = new TreeMap<>();
    meta.getGraphDef().getNodeList().forEach(node -> nodes.put(node.getName(), node));
    if (!options.inputs().isEmpty()) {
      changed.clearInputs();
      options
          .inputs()
          .forEach(
              t ->
                  changed.putInputs(
                      key(t),
                      named(t, nodes, known.getInputsMap())
                          .map(info -> typed(info, meta.getGraphDef()))
                          .orElseThrow(() -> unknown(t, nodes, known.getInputsMap()))));
    }
    List<String> within = new ArrayList<>();
    if (!options.outputs().isEmpty()) {
      changed.clearOutputs();
      options
          .outputs()
          .forEach(
              t ->
                  named(t, nodes, known.getOutputsMap())
                      .ifPresentOrElse(
                          info -> changed.putOutputs(key(t), info), () -> within.add(t)));
    }
    if (within.isEmpty()) {
      return Offer.of(signature, changed.build());
    }
    Offer whole = Offer.of(signature, changed.clone().putAllOutputs(known.getOutputsMap()).build());
    return new Offer(signature, whole.types(), whole.inputs(), refs(changed.getOutputsMap()))
        .within(within, whole.outputs());
  }

  /** With type and shape, where TensorFlow can tell those of a tensor that is no input yet. */
  private static TensorInfo typed(TensorInfo info, GraphDef graph) {
    if (!info.getTensorShape().getUnknownRank()) {
      return info;
    }
    try {
      TypesFit.check(graph);
      try (OpenGraph open = new OpenGraph(new NodeGraph(graph), Machine.processors())) {
        return open.type(TensorRef.parse(info.getName()));
      }
    } catch (BadInputException | IllegalArgumentException e) {
      return info;
    }
  }

  private static UsageException unknown(
      String tensor, Map<String, NodeDef> nodes, Map<String, TensorInfo> signature) {
    Set<String> known = new TreeSet<>(nodes.keySet());
    known.addAll(signature.keySet());
    return UsageException.unknown("node", TensorRef.parse(tensor).node(), known);
  }

  /** What an endpoint is called that has no name: its tensor. */
  static String key(String tensor) {
    return tensor.endsWith(":0") ? tensor.substring(0, tensor.length() - 2) : tensor;
  }

  /**
   * What a name stands for, in the signature or else in the graph.
   *
   * @throws UsageException if the node has not as many outputs
   */
  private static Optional<TensorInfo> named(
      String tensor, Map<String, NodeDef> nodes, Map<String, TensorInfo> signature) {
    if (signature.containsKey(tensor)) {
      return Optional.of(signature.get(tensor));
    }
    TensorRef ref = TensorRef.parse(tensor);
    NodeDef node = nodes.get(ref.node());
    if (node == null) {
      return Optional.empty();
    }
    if (OpCatalog.tensorFlow().has(node.getOp())
        && ref.output() >= OpCatalog.tensorFlow().outputs(node)) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "node '%s' (%s) has %d outputs, so there is no '%s'",
              node.getName(),
              node.getOp(),
              OpCatalog.tensorFlow().outputs(node),
              tensor));
    }
    return Optional.of(
        signature.values().stream()
            .filter(info -> key(info.getName()).equals(key(tensor)))
            .findFirst()
            .orElseGet(
                () ->
                    TensorInfo.newBuilder()
                        .setName(tensor)
                        .setDtype(DataType.DT_FLOAT)
                        .setTensorShape(TensorShapeProto.newBuilder().setUnknownRank(true))
                        .build()));
  }

  /**
   * A signature as it is read.
   *
   * @param types what the signature says of its inputs, by node
   * @param within tensors within functions that are outputs, too
   * @param from what has to be flattened for these to be found
   */
  record Offer(
      String name,
      Map<String, TensorInfo> types,
      Map<String, TensorRef> inputs,
      Map<String, TensorRef> outputs,
      List<String> within,
      Map<String, TensorRef> from) {
    Offer(
        String name,
        Map<String, TensorInfo> types,
        Map<String, TensorRef> inputs,
        Map<String, TensorRef> outputs) {
      this(name, types, inputs, outputs, List.of(), Map.of());
    }

    /** The same, fed elsewhere. */
    Offer fed(Map<String, TensorInfo> otherTypes, Map<String, TensorRef> otherInputs) {
      return new Offer(name, otherTypes, otherInputs, outputs, within, from);
    }

    private Offer within(List<String> tensors, Map<String, TensorRef> flattening) {
      return new Offer(name, types, inputs, outputs, tensors, flattening);
    }

    static Offer of(String name, SignatureDef signature) {
      Map<String, TensorInfo> types = new HashMap<>();
      signature.getInputsMap().values().forEach(i -> types.put(TensorRef.nodeOf(i.getName()), i));
      Map<String, TensorRef> outputs = refs(signature.getOutputsMap());
      if (outputs.isEmpty()) {
        throw new BadInputException("the signature has no outputs");
      }
      return new Offer(name, types, inputs(signature.getInputsMap()), outputs);
    }

    /** No tensor can be fed with two things. */
    private static Map<String, TensorRef> inputs(Map<String, TensorInfo> tensors) {
      Map<String, TensorRef> inputs = refs(tensors);
      Map<TensorRef, String> keys = new HashMap<>();
      inputs.forEach(
          (key, ref) -> {
            String other = keys.put(ref, key);
            if (other != null) {
              throw new BadInputException(
                  "the inputs '" + other + "' and '" + key + "' are one tensor, '" + ref + "'");
            }
          });
      return inputs;
    }
  }

  /** The signatures besides one, but for TensorFlow's own. */
  static List<String> names(MetaGraphDef meta, String besides) {
    return meta.getSignatureDefMap().keySet().stream()
        .filter(name -> !name.equals(besides) && !name.startsWith(OWN))
        .sorted()
        .toList();
  }

  private static Offer offer(String name, SignatureDef other, String signature) {
    try {
      return Offer.of(name, other);
    } catch (BadInputException e) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "signature '%s' cannot be kept beside '%s': %s; --signature %s reads that one alone",
              name,
              signature,
              e.getMessage(),
              signature),
          e);
    }
  }

  static Map<String, TensorRef> refs(Map<String, TensorInfo> tensors) {
    Map<String, TensorRef> endpoints = new LinkedHashMap<>();
    new TreeMap<>(tensors)
        .forEach(
            (key, info) -> {
              if (info.getName().isEmpty()) {
                throw new BadInputException("endpoint '" + key + "' is not a dense tensor");
              }
              endpoints.put(key, TensorRef.parse(info.getName()));
            });
    return endpoints;
  }

  /** Placeholders with the shape that the signature knows; fed nodes that are none become some. */
  static List<NodeDef> shaped(List<NodeDef> nodes, Offer offer) {
    Map<String, TensorInfo> fed = offer.types();
    return nodes.stream().map(n -> fed.containsKey(n.getName()) ? shaped(n, fed) : n).toList();
  }

  private static NodeDef shaped(NodeDef node, Map<String, TensorInfo> fed) {
    TensorInfo info = fed.get(node.getName());
    AttrValue type = node.getAttrOrDefault("dtype", AttrValue.getDefaultInstance());
    AttrValue shape = node.getAttrOrDefault("shape", AttrValue.getDefaultInstance());
    boolean told = node.containsAttr("shape") && !shape.getShape().getUnknownRank();
    return NodeDef.newBuilder()
        .setName(node.getName())
        .setOp("Placeholder")
        .putAttr(
            "dtype",
            type.getType() == DataType.DT_INVALID ? Attributes.type(info.getDtype()) : type)
        .putAttr(
            "shape", told ? shape : AttrValue.newBuilder().setShape(info.getTensorShape()).build())
        .build();
  }
}
