package org.espalier.savedmodels;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TFloat32;
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
          Tensor tensor = tensor(array);
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

  /** Loads a SavedModel and runs its default signature once. */
  static ShapedArray call(Path folder, String input, ShapedArray fed, String output) {
    try (SavedModelBundle bundle =
            SavedModelBundle.loader(folder.toString())
                .withTags(SavedModelProto.TAG)
                .withConfigProto(CONFIG)
                .load();
        TFloat32 tensor = tensor(fed);
        Result result = bundle.function(SavedModelProto.SIGNATURE).call(Map.of(input, tensor))) {
      return array((TFloat32) result.get(output).orElseThrow());
    }
  }

  private static TFloat32 tensor(ShapedArray array) {
    TFloat32 tensor = TFloat32.tensorOf(Shape.of(array.shape().toLongArray()));
    if (array.values().length > 0) {
      tensor.asRawTensor().data().asFloats().write(array.values());
    }
    return tensor;
  }

  private static ShapedArray array(TFloat32 tensor) {
    int[] dims = new int[tensor.shape().numDimensions()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = (int) tensor.shape().get(i);
    }
    float[] values = new float[(int) tensor.shape().size()];
    if (values.length > 0) {
      tensor.asRawTensor().data().asFloats().read(values);
    }
    return new ShapedArray(org.espalier.graphs.Shape.of(dims), values);
  }
}
