package org.espalier.framework.runs;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.framework.files.AtomicFiles;
import org.espalier.framework.files.Protobuf;
import org.espalier.framework.files.Safetensors;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** A folder that holds a model: {@code network.pb} and {@code weights.safetensors}. */
public final class ModelFolder {
  public static final String NETWORK = "network.pb";
  public static final String WEIGHTS = "weights.safetensors";

  private ModelFolder() {}

  public static boolean isOne(Path folder) {
    return Files.isRegularFile(folder.resolve(NETWORK));
  }

  public static void save(Path folder, Model model) {
    saveNetwork(folder, model.network());
    saveWeights(folder, model.weights());
  }

  static void saveWeights(Path folder, Weights weights) {
    Safetensors.write(folder.resolve(WEIGHTS), weights, Map.of("format", "espalier"));
  }

  static void saveNetwork(Path folder, Network network) {
    GraphDef graph = network.marked().def();
    AtomicFiles.write(folder.resolve(NETWORK), out -> Protobuf.write(graph, out));
  }

  /** Reads a model; weights that do not fit the network, or are not the run's, are an error. */
  public static Model load(Path folder) {
    Path file = folder.resolve(WEIGHTS);
    Network network = loadNetwork(folder);
    if (!Files.exists(file)) {
      throw new BadInputException(
          folder + ": expected " + WEIGHTS + ", found none; is its training unfinished?");
    }
    Weights weights = Safetensors.read(file).matching(network.parameters(), file.toString());
    Optional<RunSummary> summary = new RunFolder(folder).summary();
    if (summary.isPresent() && !summary.get().weightsDigest().equals(Digests.of(weights))) {
      throw new BadInputException(
          file + ": expected the weights whose digest summary.json holds, found others");
    }
    return new Model(network, weights);
  }

  public static Network loadNetwork(Path folder) {
    Path file = folder.resolve(NETWORK);
    if (!Files.exists(file)) {
      throw new BadInputException(folder + ": expected a model folder, found no " + NETWORK);
    }
    try {
      GraphDef graph = GraphDef.parseFrom(Files.readAllBytes(file));
      checkWhole(graph);
      return Network.of(new NodeGraph(graph));
    } catch (BadInputException e) {
      throw new BadInputException(file + ": " + e.getMessage(), e);
    } catch (InvalidProtocolBufferException e) {
      throw new BadInputException(file + ": expected a GraphDef, found something else", e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Every input of every node comes from a node before it. */
  private static void checkWhole(GraphDef graph) {
    Set<String> before = new HashSet<>();
    for (NodeDef node : graph.getNodeList()) {
      for (String input : node.getInputList()) {
        if (!before.contains(TensorRef.nodeOf(input))) {
          throw new BadInputException(
              String.format(
                  Locale.ROOT,
                  "expected a node '%s' before its reader '%s', found none",
                  TensorRef.nodeOf(input),
                  node.getName()));
        }
      }
      if (!before.add(node.getName())) {
        throw new BadInputException(
            "expected one node '" + node.getName() + "', found two of that name");
      }
    }
  }
}
