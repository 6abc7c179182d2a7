package org.espalier.framework.sessions;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Network;
import org.espalier.graphs.ShapedArray;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;
import org.tensorflow.types.TString;

/** A SavedModel as TensorFlow itself loads it: what others will see of an export. */
public final class LoadedModel {
  private LoadedModel() {}

  /**
   * Loads a SavedModel and runs a signature once.
   *
   * @param network whose signature and endpoints it has
   */
  public static Outputs call(
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
        Map<String, ShapedArray> numbers = new LinkedHashMap<>();
        Map<String, List<String>> texts = new LinkedHashMap<>();
        for (String key : network.outputs().keySet()) {
          Tensor output = result.get(key).orElseThrow();
          if (output instanceof TString) {
            texts.put(key, Tensors.texts(output));
          } else {
            numbers.put(key, Tensors.copy(output));
          }
        }
        return new Outputs(numbers, texts);
      }
    } finally {
      Tensors.closeAll(fed.values());
    }
  }
}
