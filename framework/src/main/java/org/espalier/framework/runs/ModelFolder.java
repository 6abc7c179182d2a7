package org.espalier.framework.runs;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.espalier.framework.files.AtomicFiles;
import org.espalier.framework.files.Safetensors;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.tensorflow.proto.GraphDef;

/** A folder that holds a model: {@code network.pb} and {@code weights.safetensors}. */
public final class ModelFolder {
  public static final String NETWORK = "network.pb";
  public static final String WEIGHTS = "weights.safetensors";

  private ModelFolder() {}

  public static boolean isOne(Path folder) {
    return Files.isRegularFile(folder.resolve(NETWORK));
  }

  public static void save(Path folder, Model model) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    saveNetwork(folder, model.network());
    Safetensors.write(folder.resolve(WEIGHTS), model.weights(), Map.of("format", "espalier"));
  }

  static void saveNetwork(Path folder, Network network) {
    AtomicFiles.write(folder.resolve(NETWORK), out -> network.toGraphDef().writeTo(out));
  }

  /** Reads a model; weights that do not fit the network are an error. */
  public static Model load(Path folder) {
    Path weights = folder.resolve(WEIGHTS);
    Network network = loadNetwork(folder);
    if (!Files.exists(weights)) {
      throw new BadInputException(
          folder + ": expected " + WEIGHTS + ", found none; is its training unfinished?");
    }
    return new Model(
        network, Safetensors.read(weights).matching(network.parameters(), weights.toString()));
  }

  public static Network loadNetwork(Path folder) {
    Path file = folder.resolve(NETWORK);
    if (!Files.exists(file)) {
      throw new BadInputException(folder + ": expected a model folder, found no " + NETWORK);
    }
    try {
      return Network.of(GraphDef.parseFrom(Files.readAllBytes(file)));
    } catch (InvalidProtocolBufferException e) {
      throw new BadInputException(file + ": expected a GraphDef, found something else", e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
