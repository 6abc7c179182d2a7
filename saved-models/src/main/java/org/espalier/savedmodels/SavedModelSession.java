package org.espalier.savedmodels;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.framework.sessions.Tensors;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphIndex;
import org.espalier.graphs.Network;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.TensorFlow;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GPUOptions;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TString;

/** The only class of this package that opens graphs and sessions of TensorFlow. */
final class SavedModelSession {
  private static final ConfigProto CONFIG =
      ConfigProto.newBuilder()
          .setAllowSoftPlacement(true)
          .setGpuOptions(GPUOptions.newBuilder().setAllowGrowth(true))
          .build();

  private SavedModelSession() {}

  static String version() {
    return TensorFlow.version();
  }

  /** Types and shapes of tensors, as TensorFlow infers them when it takes the graph in. */
  static Map<TensorRef, TensorInfo> types(GraphDef def, Collection<TensorRef> tensors) {
    try (Graph graph = new Graph()) {
      graph.importGraphDef(def);
      Map<TensorRef, TensorInfo> types = new LinkedHashMap<>();
      for (TensorRef ref : tensors) {
        Output<?> output = graph.operation(ref.node()).output(ref.output());
        types.put(
            ref,
            TensorInfo.newBuilder()
                .setName(ref.node() + ":" + ref.output())
                .setDtype(DataType.forNumber(output.dataType().getNumber()))
                .setTensorShape(proto(output.shape()))
                .build());
      }
      return types;
    }
  }

  private static TensorShapeProto proto(Shape shape) {
    if (shape.isUnknown()) {
      return TensorShapeProto.newBuilder().setUnknownRank(true).build();
    }
    TensorShapeProto.Builder proto = TensorShapeProto.newBuilder();
    for (long size : shape.asArray()) {
      proto.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return proto.build();
  }

  /** Writes the files of a checkpoint, keyed by parameter. */
  static void writeVariables(Path prefix, Weights weights) throws IOException {
    List<Tensor> fed = new ArrayList<>();
    try (Graph graph = new Graph()) {
      graph.importGraphDef(ServingGraph.savingFed(weights.names()));
      try (Session session = new Session(graph, CONFIG)) {
        fed.add(TString.scalarOf(prefix.toString()));
        Session.Runner runner = session.runner().feed(ServingGraph.FILE_NAME, fed.get(0));
        for (ShapedArray array : weights.asMap().values()) {
          Tensor tensor = Tensors.of(array);
          runner.feed(ServingGraph.feed(fed.size() - 1), tensor);
          fed.add(tensor);
        }
        runner.addTarget(ServingGraph.saveNode()).run().close();
      }
    } catch (TensorFlowException e) {
      throw new IOException(reason(e), e);
    } finally {
      fed.forEach(Tensor::close);
    }
  }

  /** TensorFlow says "path; No space left on device", then more lines. */
  private static String reason(TensorFlowException e) {
    String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return line.substring(line.lastIndexOf(';') + 1).strip();
  }

  /** Loads a SavedModel and runs the network's signature once. */
  static Map<String, ShapedArray> call(
      Path folder, Network network, Map<String, ShapedArray> inputs) {
    Map<String, Tensor> fed = new LinkedHashMap<>();
    try (SavedModelBundle bundle =
        SavedModelBundle.loader(folder.toString())
            .withTags(SavedModelProto.TAG)
            .withConfigProto(CONFIG)
            .load()) {
      GraphIndex index = new GraphIndex(network.graph());
      inputs.forEach(
          (key, array) -> {
            NodeDef placeholder = index.node(network.input(key).node());
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
      fed.values().forEach(Tensor::close);
    }
  }
}
