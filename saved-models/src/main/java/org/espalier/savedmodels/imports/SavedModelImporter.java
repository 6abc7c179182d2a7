package org.espalier.savedmodels.imports;

import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.espalier.framework.runs.ReadOptions;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Signature;
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

  /**
   * Whether a path is a SavedModel folder, its file, a folder of versions of one, or a frozen
   * graph.
   */
  public static boolean accepts(Path path) {
    return ModelPlace.of(path).isPresent();
  }

  private static ModelPlace place(Path path) {
    return ModelPlace.of(path)
        .orElseThrow(
            () ->
                new BadInputException(
                    path + ": expected a SavedModel or a frozen graph, found no saved_model.pb"));
  }

  /**
   * Reads a model.
   *
   * @throws UsageException if it has no such signature
   * @throws BadInputException if it is broken, or holds an op that is not let in
   */
  public Model read(Path path, ReadOptions options) {
    ModelPlace place = place(path);
    OpCatalog.ahead(); // while the graph is read
    Path folder = place.path();
    boolean frozen = place.frozen();
    MetaGraphDef whole = frozen ? ModelFile.frozen(folder) : ModelFile.savedModel(folder);
    try {
      String name = Endpoints.signature(whole, options.signature());
      MetaGraphDef meta = FixedInputs.of(whole, name, options.fix());
      Endpoints.Offer own = Endpoints.of(meta, name, options);
      List<String> others = isPart(options) ? List.of() : Endpoints.names(meta, name);
      Model read = new Source(folder, frozen, meta, options.trust()).read(own, others);
      Model sized = options.sized(read);
      return new Model(InferredShapes.told(sized.network(), rules), sized.weights());
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

  /** Whether something is asked for by name, and with it nothing else. */
  private static boolean isPart(ReadOptions options) {
    return options.signature().isPresent()
        || !options.inputs().isEmpty()
        || !options.outputs().isEmpty();
  }

  /** The signatures of a model that {@link #read} leaves out, because others were asked for. */
  public static List<String> leftOut(Path path, ReadOptions options) {
    Optional<ModelPlace> place = ModelPlace.of(path).filter(p -> !p.frozen() && isPart(options));
    if (place.isEmpty()) {
      return List.of();
    }
    MetaGraphDef meta = ModelFile.savedModel(place.get().path());
    return Endpoints.names(meta, Endpoints.signature(meta, options.signature()));
  }

  /** What is read. */
  private final class Source {
    private final Path path;
    private final boolean frozen;
    private final MetaGraphDef meta;
    private final boolean trust;
    private final GraphDef graph;
    private final Map<String, FunctionDef> library;

    Source(Path path, boolean frozen, MetaGraphDef meta, boolean trust) {
      this.path = path;
      this.frozen = frozen;
      this.meta = meta;
      this.trust = trust;
      this.graph = OldLoops.written(meta.getGraphDef());
      this.library = library(graph);
    }

    /** Reads all signatures that share a network; it knows which do not, and why. */
    Model read(Endpoints.Offer own, List<String> names) {
      Map<String, String> lost = new TreeMap<>();
      List<Endpoints.Offer> others = new ArrayList<>();
      names.forEach(n -> reason(() -> others.add(offer(n))).ifPresent(r -> lost.put(n, r)));
      // Reading all at once is what most models need; only then is the culprit looked for.
      AtomicReference<Model> whole = new AtomicReference<>();
      if (!others.isEmpty() && reason(() -> whole.set(model(own, others))).isPresent()) {
        others.removeIf(
            o -> {
              Optional<String> reason = reason(() -> model(own, List.of(o)));
              reason.ifPresent(r -> lost.put(o.name(), r));
              return reason.isPresent();
            });
      }
      Model model = whole.get() == null ? model(own, others) : whole.get();
      return new Model(model.network().withLost(lost), model.weights());
    }

    /** Why something cannot be done, or nothing if it was. */
    private static Optional<String> reason(Runnable attempt) {
      try {
        attempt.run();
        return Optional.empty();
      } catch (BadInputException | IllegalArgumentException | ArithmeticException e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
    }

    private Endpoints.Offer offer(String signature) {
      return Endpoints.Offer.of(signature, meta.getSignatureDefOrThrow(signature));
    }

    private Model model(Endpoints.Offer own, List<Endpoints.Offer> others) {
      SafeOps safe = new SafeOps(library, trust);
      Flattening flat = Flattening.of(graph, library, safe, own, others);
      Preflight.check(flat.nodes(), flat.ends(), rules);
      List<NodeDef> plain = PlainOps.of(flat.nodes(), flat.ends());
      List<NodeDef> constant = ConstantFolding.of(plain, flat.ends());
      IdleDropout dropout = new IdleDropout(constant);
      Flattening computed = flat.computing(dropout::past);
      List<NodeDef> live = ConstantFolding.live(dropout.rewired(constant), computed.ends());
      safe.checkDrawsNothing(live);
      Map<String, TensorProto> stored = values(path, frozen, meta, library, live);
      NetworkAssembly assembly =
          new NetworkAssembly(ComputedWeights.of(live, stored, computed.ends()));
      // The outputs first: parameters are written when they are first asked for.
      List<Endpoints.Offer> written = computed.computing(assembly::tensor).offers();
      Network network = network(assembly.graph(), written);
      checkFed(network);
      Network folded = new FoldSizes(rules).apply(network).network();
      Model model = new Model(folded, Weights.of(assembly.weights()));
      return folded.masks().isEmpty() ? model : model.silenced();
    }

    private Network network(NodeGraph graph, List<Endpoints.Offer> offers) {
      Set<TensorRef> fed = new HashSet<>();
      offers.forEach(o -> fed.addAll(o.inputs().values()));
      List<Map<String, TensorRef>> outputs = new ArrayList<>();
      offers.forEach(o -> outputs.add(new LinkedHashMap<>(o.outputs())));
      NodeGraph passed = PassedOn.add(graph, fed, outputs);
      List<Signature> signatures = new ArrayList<>();
      for (int i = 0; i < offers.size(); i++) {
        Endpoints.Offer o = offers.get(i);
        signatures.add(new Signature(o.name(), o.inputs(), outputs.get(i)));
      }
      Signature own = signatures.remove(0);
      return new Network(name(path), passed, own.inputs(), own.outputs())
          .withSignature(own.name())
          .withOthers(signatures);
    }
  }

  /** A network is a function of its inputs: whatever is fed must be one. */
  private static void checkFed(Network network) {
    Set<String> inputs = network.inputNodes();
    for (NodeDef node : network.graph().nodes()) {
      if (node.getOp().equals("Placeholder") && !inputs.contains(node.getName())) {
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

  private static Map<String, TensorProto> values(
      Path folder,
      boolean frozen,
      MetaGraphDef meta,
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
    Map<String, CheckpointKey> keys =
        new LinkedHashMap<>(CheckpointKeys.of(meta.getGraphDef(), library));
    keys.keySet().retainAll(types.keySet());
    Set<String> others = new HashSet<>(types.keySet());
    others.removeAll(keys.keySet());
    keys.putAll(ObjectKeys.of(meta, others, () -> TensorBundle.objects(folder)));
    return TensorBundle.read(folder, keys, types);
  }

  private static String name(Path path) {
    return path.toAbsolutePath()
        .normalize()
        .getFileName()
        .toString()
        .replaceFirst("\\.pb(txt)?$", "");
  }
}
