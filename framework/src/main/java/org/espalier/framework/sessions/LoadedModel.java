package org.espalier.framework.sessions;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.framework.files.PlainPath;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.espalier.graphs.ShapedArray;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;
import org.tensorflow.types.TString;

/** A SavedModel as TensorFlow itself loads it: what others will see of an export. */
public final class LoadedModel implements AutoCloseable {
  private final SavedModelBundle bundle;

  private LoadedModel(SavedModelBundle bundle) {
    this.bundle = bundle;
  }

  /**
   * Loads the SavedModel of a folder, which holds {@code saved_model.pb}, for a few runs.
   *
   * @throws BadInputException if TensorFlow does not take it
   */
  public static LoadedModel open(Path folder, String tag, Machine machine) {
    TensorFlowRuntime.start(machine);
    try (PlainPath plain = PlainPath.of(folder)) {
      return new LoadedModel(
          SavedModelBundle.loader(plain.path().toString())
              .withTags(tag)
              .withConfigProto(SessionConfig.forFewRuns(SessionConfig.of(machine)))
              .load());
    } catch (RuntimeException e) {
      throw TensorFlowRuntime.isRefusal(e)
          ? new BadInputException(
              "TensorFlow refuses the SavedModel: " + TensorFlowRuntime.line(e), e)
          : MemoryException.orAsItIs(e);
    }
  }

  /**
   * Runs a signature once.
   *
   * @param network whose signature and endpoints it has
   */
  public Outputs call(Network network, Map<String, ShapedArray> inputs) {
    Map<String, Tensor> fed = new LinkedHashMap<>();
    try {
      inputs.forEach(
          (key, array) -> {
            var placeholder = network.graph().node(network.input(key).node());
            fed.put(key, Tensors.of(array, Attributes.type(placeholder, "dtype")));
          });
      try (Result result = bundle.function(network.signature()).call(fed)) {
        return copied(result, network.outputs().keySet());
      }
    } finally {
      Tensors.closeAll(fed.values());
    }
  }

  private static Outputs copied(Result result, Set<String> keys) {
    Map<String, ShapedArray> numbers = new LinkedHashMap<>();
    Map<String, List<String>> texts = new LinkedHashMap<>();
    for (String key : keys) {
      Tensor output = result.get(key).orElseThrow();
      if (output instanceof TString) {
        texts.put(key, Tensors.texts(output));
      } else {
        numbers.put(key, Tensors.copy(output));
      }
    }
    return new Outputs(numbers, texts);
  }

  @Override
  public void close() {
    bundle.close();
  }
}
