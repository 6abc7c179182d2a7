package org.espalier.savedmodels.imports;

import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.rewrites.FoldSizes;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorProto;

/**
 * Reads a SavedModel folder of TensorFlow 1 or 2, or a frozen graph, as a flat network with
 * weights. The endpoints have the names that the signature gives them; what they do not need is
 * left out. Nothing of the model is run but what it computes from constants alone.
 */
public final class SavedModelImporter {
  private final OpRules rules;

  @Inject
  public SavedModelImporter(OpRules rules) {
    this.rules = rules;
  }

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
  public Model read(Path path, ReadOptions options) {
    boolean file = path.getFileName().toString().equals(ModelFile.SAVED_MODEL);
    Path folder = file ? path.toAbsolutePath().getParent() : path;
    boolean frozen = Files.isRegularFile(folder);
    MetaGraphDef meta = frozen ? ModelFile.frozen(folder) : ModelFile.savedModel(folder);
    try {
      String name = Endpoints.signature(meta, options.signature());
      SignatureDef signature = Endpoints.of(meta, name, options);
      Model model = options.sized(model(folder, frozen, meta, signature, options.trust()));
      Network told = InferredShapes.told(model.network(), rules);
      return new Model(told.withSignature(name), model.weights());
    } catch (BadInputException e) {
      String message = e.getMessage();
      throw message.startsWith(folder.toString())
          ? e
          : new BadInputException(folder + ": " + message, e);
    } catch (StackOverflowError e) {
      throw new BadInputException(folder + ": functions are nested too deeply to be read", e);
    } catch (IllegalArgumentException | ArithmeticException e) {
      String what = e.getMessage() == null ? "an attribute is missing" : e.getMessage();
      throw new BadInputException(folder + ": the graph is broken: " + what, e);
    }
  }

  private Model model(
      Path path, boolean frozen, MetaGraphDef meta, SignatureDef signature, boolean trust) {
    Map<String, FunctionDef> library = library(meta.getGraphDef());
    Map<String, TensorRef> inputs = Endpoints.refs(signature.getInputsMap());
    Map<String, TensorRef> outputs = Endpoints.refs(signature.getOutputsMap());
    if (outputs.isEmpty()) {
      throw new BadInputException("the signature has no outputs");
    }
    Set<String> fed =
        inputs.values().stream()
            .map(TensorRef::node)
            .collect(Collectors.toCollection(TreeSet::new));
    SafeOps safe = new SafeOps(library, trust);
    Inliner inliner = new Inliner(library, fed, safe);
    Body main = Body.main(Endpoints.shaped(meta.getGraphDef().getNodeList(), signature), library);
    // Inputs that nothing reads stay, so that the signature does.
    List<String> in = inliner.add(main, texts(inputs));
    List<String> out = inliner.add(main, texts(outputs));
    List<String> ends = new ArrayList<>(in);
    ends.addAll(out);
    Preflight.check(inliner.nodes(), rules);
    List<NodeDef> constant = ConstantFolding.of(inliner.nodes(), ends);
    IdleDropout dropout = new IdleDropout(constant);
    List<String> computed = out.stream().map(dropout::past).toList();
    ends.addAll(computed);
    ends.removeAll(out.stream().filter(t -> !computed.contains(t)).toList());
    List<NodeDef> flat = ConstantFolding.live(dropout.rewired(constant), ends);
    safe.checkDrawsNothing(flat);
    NetworkAssembly assembly =
        new NetworkAssembly(flat, values(path, frozen, meta.getGraphDef(), library, flat));
    List<String> written = computed.stream().map(assembly::tensor).toList();
    NodeGraph graph = assembly.graph();
    OpenGraph.check(graph);
    Network network = new Network(name(path), graph, zip(inputs, in), zip(outputs, written));
    checkFed(network);
    Network folded = new FoldSizes(rules).apply(network).network();
    return new Model(folded, Weights.of(assembly.weights()));
  }

  /** A network is a function of its inputs: whatever is fed must be one. */
  private static void checkFed(Network network) {
    for (NodeDef node : network.graph().nodes()) {
      if (node.getOp().equals("Placeholder")
          && !network.inputs().containsValue(TensorRef.of(node.getName()))) {
        throw new BadInputException(
            "the outputs need '"
                + node.getName()
                + "' to be fed, which is no input of the signature; name the inputs with --inputs");
      }
    }
  }

  private static Map<String, FunctionDef> library(GraphDef graph) {
    Map<String, FunctionDef> library = new HashMap<>();
    graph.getLibrary().getFunctionList().forEach(f -> library.put(f.getSignature().getName(), f));
    return library;
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
          String.format(
              Locale.ROOT,
              "expected a frozen graph, found variable '%s' without a value",
              types.keySet().iterator().next()));
    }
    Map<String, CheckpointKey> keys = new LinkedHashMap<>(CheckpointKeys.of(graph, library));
    keys.keySet().retainAll(types.keySet());
    return TensorBundle.read(folder, keys, types);
  }

  private static String name(Path path) {
    return path.toAbsolutePath().normalize().getFileName().toString().replaceFirst("\\.pb$", "");
  }
}
