package org.espalier.savedmodels;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.framework.sessions.Call;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.framework.sessions.TensorFlowRuntime;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.tensorflow.proto.TensorInfo;

/** What TensorFlow does for an export: it tells types, and writes the checkpoint. */
final class SavedModelSession {
  private SavedModelSession() {}

  /** Types and shapes of tensors, as TensorFlow infers them when it takes the graph in. */
  static Map<TensorRef, TensorInfo> types(NodeGraph nodes, Collection<TensorRef> tensors) {
    try (OpenGraph open = new OpenGraph(nodes, Machine.processors())) {
      Map<TensorRef, TensorInfo> types = new LinkedHashMap<>();
      tensors.forEach(ref -> types.put(ref, open.type(ref)));
      return types;
    }
  }

  /** Writes the files of a checkpoint, keyed by parameter. */
  static void writeVariables(Path prefix, Weights weights) throws IOException {
    NodeGraph saving = ServingGraph.savingFed(weights.names());
    try (OpenGraph open = new OpenGraph(saving, Machine.processors())) {
      Call call = open.call().feedText(ServingGraph.FILE_NAME, prefix.toString());
      int i = 0;
      for (ShapedArray array : weights.asMap().values()) {
        call.feed(ServingGraph.feed(i++), array);
      }
      call.target(ServingGraph.saveNode()).run();
    } catch (RuntimeException e) {
      if (TensorFlowRuntime.isRefusal(e)) {
        throw new IOException(reason(e), e);
      }
      throw e;
    }
  }

  /** TensorFlow says "path; No space left on device", then more lines. */
  private static String reason(RuntimeException e) {
    String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return line.substring(line.lastIndexOf(';') + 1).strip();
  }
}
