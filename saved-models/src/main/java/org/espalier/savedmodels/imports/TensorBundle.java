package org.espalier.savedmodels.imports;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.espalier.framework.files.PlainPath;
import org.espalier.framework.sessions.Call;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.OpenGraph;
import org.espalier.framework.sessions.TensorFlowRuntime;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;

/** Reads values out of a checkpoint, with a graph of our own: nothing of the model is run. */
final class TensorBundle {
  private static final String RESTORE = "restore";
  private static final String PREFIX = "variables/variables";
  private static final String OBJECTS = "_CHECKPOINTABLE_OBJECT_GRAPH";

  private TensorBundle() {}

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
    if (!Files.isRegularFile(folder.resolve(PREFIX + ".index"))) {
      throw new BadInputException(
          folder
              + ": expected the weights of the model in 'variables', found none; saved_model.pb alone"
              + " does not hold them");
    }
    List<String> names = List.copyOf(keys.keySet());
    try (PlainPath plain = PlainPath.of(folder);
        OpenGraph open =
            new OpenGraph(
                restoring(plain.path().resolve(PREFIX), names, keys, types),
                Machine.processors())) {
      Call call = open.call();
      for (int i = 0; i < names.size(); i++) {
        call.fetch(new TensorRef(RESTORE, i));
      }
      Map<TensorRef, TensorProto> restored = call.protos();
      for (int i = 0; i < names.size(); i++) {
        values.put(names.get(i), restored.get(new TensorRef(RESTORE, i)));
      }
    } catch (RuntimeException e) {
      if (!TensorFlowRuntime.isRefusal(e) && !(e instanceof IllegalArgumentException)) {
        throw e;
      }
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: the variables cannot be read: %s",
              folder.resolve("variables"),
              TensorFlowRuntime.line(e)),
          e);
    }
    return values;
  }

  /**
   * The objects whose variables a checkpoint holds, each under the number that it has in the model,
   * too; nothing if the checkpoint knows of none.
   */
  static Optional<TrackableObjectGraph> objects(Path folder) {
    Map<String, CheckpointKey> key = Map.of(OBJECTS, new CheckpointKey(OBJECTS, ""));
    Map<String, DataType> type = Map.of(OBJECTS, DataType.DT_STRING);
    try (PlainPath plain = PlainPath.of(folder)) {
      return objects(restoring(plain.path().resolve(PREFIX), List.of(OBJECTS), key, type));
    }
  }

  private static Optional<TrackableObjectGraph> objects(NodeGraph restoring) {
    GraphBuilder graph = new GraphBuilder(restoring);
    graph.add(
        "DecodeRaw",
        "bytes",
        Map.of("out_type", Attributes.type(DataType.DT_UINT8)),
        new TensorRef(RESTORE, 0).toString());
    TensorRef bytes = TensorRef.of("bytes");
    try (OpenGraph open = new OpenGraph(graph.build(), Machine.processors())) {
      TensorProto read = open.call().fetch(bytes).protos().get(bytes);
      return Optional.of(TrackableObjectGraph.parseFrom(read.getTensorContent()));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    } catch (RuntimeException e) {
      if (TensorFlowRuntime.isRefusal(e) || e instanceof IllegalArgumentException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static NodeGraph restoring(
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
}
