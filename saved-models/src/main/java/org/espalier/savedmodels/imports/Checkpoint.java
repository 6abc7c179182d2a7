package org.espalier.savedmodels.imports;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Shape;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Reads values out of a checkpoint, with a graph of our own: nothing of the model is run. */
final class Checkpoint {
  private static final String RESTORE = "restore";
  private static final String PREFIX = "variables/variables";

  private Checkpoint() {}

  /**
   * The values of variables.
   *
   * @param keys where each variable's value lies
   * @param types their types
   */
  static Map<String, TensorProto> read(
      Path folder, Map<String, CheckpointKey> keys, Map<String, DataType> types) {
    Map<String, TensorProto> values = new LinkedHashMap<>();
    if (keys.isEmpty()) {
      return values;
    }
    List<String> names = List.copyOf(keys.keySet());
    try (Graph graph = new Graph()) {
      graph.importGraphDef(restoring(folder.resolve(PREFIX), names, keys, types));
      try (Session session = new Session(graph)) {
        Session.Runner runner = session.runner();
        for (int i = 0; i < names.size(); i++) {
          runner.fetch(RESTORE, i);
        }
        try (Result result = runner.run()) {
          for (int i = 0; i < names.size(); i++) {
            values.put(names.get(i), proto(result.get(i), types.get(names.get(i))));
          }
        }
      }
    } catch (TensorFlowException | IllegalArgumentException e) {
      throw new BadInputException(
          "%s: the variables cannot be read: %s".formatted(folder.resolve("variables"), line(e)),
          e);
    }
    return values;
  }

  /**
   * The first line of what TensorFlow says, without the node that it names and the user cannot see.
   */
  static String line(Exception e) {
    String text = String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    int node = text.indexOf("\t [[");
    return node < 0 ? text : text.substring(0, node).strip();
  }

  private static GraphDef restoring(
      Path prefix,
      List<String> names,
      Map<String, CheckpointKey> keys,
      Map<String, DataType> types) {
    GraphBuilder graph = new GraphBuilder();
    strings(graph, "prefix", true, List.of(prefix.toString()));
    strings(graph, "names", false, names.stream().map(n -> keys.get(n).name()).toList());
    strings(graph, "slices", false, names.stream().map(n -> keys.get(n).slice()).toList());
    AttrValue.ListValue.Builder dtypes = AttrValue.ListValue.newBuilder();
    names.forEach(n -> dtypes.addType(types.get(n)));
    graph.add(
        "RestoreV2",
        RESTORE,
        Map.of("dtypes", AttrValue.newBuilder().setList(dtypes).build()),
        "prefix",
        "names",
        "slices");
    return graph.build();
  }

  private static void strings(
      GraphBuilder graph, String name, boolean scalar, List<String> values) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDtype(DataType.DT_STRING);
    Shape shape = scalar ? Shape.of() : Shape.of(values.size());
    tensor.setTensorShape(Attributes.shape(shape).getShape());
    values.forEach(v -> tensor.addStringVal(ByteString.copyFromUtf8(v)));
    graph.add(
        "Const",
        name,
        Map.of(
            "dtype",
            Attributes.type(DataType.DT_STRING),
            "value",
            AttrValue.newBuilder().setTensor(tensor).build()));
  }

  /** A copy: what a session returns is freed with it. */
  static TensorProto proto(Tensor tensor, DataType type) {
    List<TensorShapeProto.Dim> dims = new ArrayList<>();
    for (long size : tensor.shape().asArray()) {
      dims.add(TensorShapeProto.Dim.newBuilder().setSize(size).build());
    }
    byte[] bytes = new byte[Math.toIntExact(tensor.numBytes())];
    if (bytes.length > 0) {
      tensor.asRawTensor().data().read(bytes);
    }
    return TensorProto.newBuilder()
        .setDtype(type)
        .setTensorShape(TensorShapeProto.newBuilder().addAllDim(dims))
        .setTensorContent(com.google.protobuf.UnsafeByteOperations.unsafeWrap(bytes))
        .build();
  }
}
