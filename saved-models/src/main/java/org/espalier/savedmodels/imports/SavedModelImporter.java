package org.espalier.savedmodels.imports;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.espalier.framework.runs.Model;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.tensorflow.Graph;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;

/**
 * Reads a SavedModel folder of TensorFlow 1 or 2, or a frozen graph, as a flat network with
 * weights. The endpoints have the names that the signature gives them; what they do not need is
 * left out. Nothing of the model is run.
 */
public final class SavedModelImporter {
  static final String SERVING_DEFAULT = "serving_default";
  private static final String INITIALISER = "__saved_model_init_op";

  private SavedModelImporter() {}

  /** Whether a path is a SavedModel folder, its file, or another protocol buffer. */
  public static boolean accepts(Path path) {
    return Files.isDirectory(path)
        ? Files.exists(path.resolve(ModelFile.SAVED_MODEL))
        : Files.isRegularFile(path) && path.toString().endsWith(".pb");
  }

  /**
   * Reads a model.
   *
   * @throws UsageException if it has no such signature
   * @throws BadInputException if it is broken, or holds an op that is not let in
   */
  public static Model read(Path path, ImportOptions options) {
    boolean file = path.getFileName().toString().equals(ModelFile.SAVED_MODEL);
    Path folder = file ? path.toAbsolutePath().getParent() : path;
    boolean frozen = Files.isRegularFile(folder);
    MetaGraphDef meta = frozen ? ModelFile.frozen(folder) : ModelFile.savedModel(folder);
    try {
      SignatureDef signature = signature(meta, options.signature());
      return model(folder, frozen, meta, signature, options.trust());
    } catch (BadInputException e) {
      String message = e.getMessage();
      throw message.startsWith(folder.toString())
          ? e
          : new BadInputException(folder + ": " + message, e);
    } catch (IllegalArgumentException | ArithmeticException | StackOverflowError e) {
      throw new BadInputException(folder + ": the graph is broken: " + e.getMessage(), e);
    }
  }

  private static SignatureDef signature(MetaGraphDef meta, java.util.Optional<String> wanted) {
    Map<String, SignatureDef> known = new TreeMap<>(meta.getSignatureDefMap());
    known.remove(INITIALISER);
    String only = known.size() == 1 ? known.keySet().iterator().next() : SERVING_DEFAULT;
    String name = wanted.orElse(known.containsKey(SERVING_DEFAULT) ? SERVING_DEFAULT : only);
    if (known.isEmpty()) {
      throw new BadInputException("the model has no signature, so no inputs and outputs");
    }
    if (!known.containsKey(name)) {
      throw UsageException.unknown("signature", name, known.keySet());
    }
    return known.get(name);
  }

  private static Model model(
      Path path, boolean frozen, MetaGraphDef meta, SignatureDef signature, boolean trust) {
    Map<String, FunctionDef> library = library(meta.getGraphDef());
    Map<String, TensorRef> inputs = endpoints(signature.getInputsMap());
    Map<String, TensorRef> outputs = endpoints(signature.getOutputsMap());
    if (outputs.isEmpty()) {
      throw new BadInputException("the signature has no outputs");
    }
    Set<String> fed =
        inputs.values().stream()
            .map(TensorRef::node)
            .collect(Collectors.toCollection(TreeSet::new));
    Inliner inliner = new Inliner(library, fed, new SafeOps(library, trust));
    Body main = Body.main(shaped(meta.getGraphDef().getNodeList(), signature), library);
    // Inputs that nothing reads stay, so that the signature does.
    List<String> in = inliner.add(main, texts(inputs));
    List<String> out = inliner.add(main, texts(outputs));
    List<NodeDef> flat = inliner.nodes();
    NetworkAssembly assembly =
        new NetworkAssembly(flat, values(path, frozen, meta.getGraphDef(), library, flat));
    List<String> written = out.stream().map(assembly::tensor).toList();
    GraphDef graph = assembly.graph();
    check(graph);
    Network network = new Network(name(path), graph, zip(inputs, in), zip(outputs, written));
    return new Model(network, Weights.of(assembly.weights()));
  }

  private static Map<String, FunctionDef> library(GraphDef graph) {
    Map<String, FunctionDef> library = new HashMap<>();
    graph.getLibrary().getFunctionList().forEach(f -> library.put(f.getSignature().getName(), f));
    return library;
  }

  private static Map<String, TensorRef> endpoints(Map<String, TensorInfo> tensors) {
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

  private static List<String> texts(Map<String, TensorRef> endpoints) {
    return endpoints.values().stream().map(TensorRef::toString).toList();
  }

  private static Map<String, TensorRef> zip(Map<String, TensorRef> keys, List<String> tensors) {
    Map<String, TensorRef> zipped = new LinkedHashMap<>();
    int i = 0;
    for (String key : keys.keySet()) {
      zipped.put(key, TensorRef.parse(tensors.get(i++)));
    }
    return zipped;
  }

  /** Placeholders with the shape that the signature knows; fed nodes that are none become some. */
  private static List<NodeDef> shaped(List<NodeDef> nodes, SignatureDef signature) {
    Map<String, TensorInfo> fed = new HashMap<>();
    signature.getInputsMap().values().forEach(i -> fed.put(TensorRef.nodeOf(i.getName()), i));
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

  private static Map<String, TensorProto> values(
      Path folder,
      boolean frozen,
      GraphDef graph,
      Map<String, FunctionDef> library,
      List<NodeDef> flat) {
    Map<String, DataType> types = NetworkAssembly.variables(flat);
    if (types.isEmpty()) {
      return Map.of();
    }
    if (frozen) {
      throw new BadInputException(
          "expected a frozen graph, found variable '%s' without a value"
              .formatted(types.keySet().iterator().next()));
    }
    Map<String, CheckpointKey> keys = new LinkedHashMap<>(CheckpointKeys.of(graph, library));
    keys.keySet().retainAll(types.keySet());
    return Checkpoint.read(folder, keys, types);
  }

  /** TensorFlow's own opinion of the graph: types, attributes, shapes. Nothing is run. */
  private static void check(GraphDef def) {
    try (Graph graph = new Graph()) {
      graph.importGraphDef(def);
    } catch (TensorFlowException | IllegalArgumentException e) {
      throw new BadInputException("TensorFlow refuses the graph: " + Checkpoint.line(e), e);
    }
  }

  private static String name(Path path) {
    return path.toAbsolutePath().normalize().getFileName().toString().replaceFirst("\\.pb$", "");
  }
}
