package org.espalier.framework.sessions;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Network;
import org.espalier.graphs.ShapedArray;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;

/** A SavedModel as TensorFlow itself loads it: what others will see of an export. */
public final class LoadedModel {
  private LoadedModel() {}

  /**
   * Loads a SavedModel and runs a signature once.
   *
   * @param network whose signature and endpoints it has
   * @return by the names of the outputs, as float32
   */
  public static Map<String, ShapedArray> call(
      Path folder, String tag, Network network, Map<String, ShapedArray> inputs, Machine machine) {
    TensorFlowRuntime.start(machine);
    Map<String, Tensor> fed = new LinkedHashMap<>();
    try (SavedModelBundle bundle =
        SavedModelBundle.loader(folder.toString())
            .withTags(tag)
            .withConfigProto(SessionConfig.of(machine))
            .load()) {
      inputs.forEach(
          (key, array) -> {
            var placeholder = network.graph().node(network.input(key).node());
            fed.put(key, Tensors.of(array, Attributes.type(placeholder, "dtype")));
          });
      try (Result result = bundle.function(network.signature()).call(fed)) {
        Map<String, ShapedArray> outputs = new LinkedHashMap<>();
        for (String key : network.outputs().keySet()) {
          outputs.put(key, Tensors.copy(result.get(key).orElseThrow()));
        }
        return outputs;
      }
    } finally {
      Tensors.closeAll(fed.values());
    }
  }
}
