package org.espalier.savedmodels;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Parameter;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * The graph of a network with a saver for its variables. TensorFlow Java's own saver passes over
 * resource variables in silence, but it takes one that has these names.
 */
final class ServingGraph {
  static final String PREFIX = "save/";
  static final String FILE_NAME = PREFIX + "filename";
  static final String SAVED = PREFIX + "control_dependency";
  static final String RESTORED = PREFIX + "restore_all";
  private static final String NAMES = PREFIX + "names";
  private static final String SLICES = PREFIX + "slices";
  private static final String CPU = "/device:CPU:0";

  private ServingGraph() {}

  static NodeGraph of(Network network) {
    GraphBuilder graph = new GraphBuilder(network.marked());
    List<Parameter> parameters = network.parameters();
    graph.add(fileName());
    graph.add(strings(NAMES, parameters.stream().map(Parameter::name).toList()));
    graph.add(strings(SLICES, parameters.stream().map(p -> "").toList()));
    List<String> reads = parameters.stream().map(p -> GraphBuilder.readName(p.name())).toList();
    graph.add(save(reads));
    addRestore(graph, parameters);
    return graph.build();
  }

  /** A graph that only saves: the values are fed, in order, to the nodes named by {@link #feed}. */
  static NodeGraph savingFed(Collection<String> names) {
    GraphBuilder graph = new GraphBuilder();
    graph.add(fileName());
    graph.add(strings(NAMES, names));
    graph.add(strings(SLICES, names.stream().map(n -> "").toList()));
    List<String> feeds = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      feeds.add(
          graph.add("Placeholder", feed(i), Map.of("dtype", Attributes.type(DataType.DT_FLOAT))));
    }
    graph.add(save(feeds));
    return graph.build();
  }

  static String feed(int i) {
    return "feed_" + i;
  }

  static String saveNode() {
    return PREFIX + "SaveV2";
  }

  /** The node that sets a variable when the model is loaded. */
  static String assignName(int i) {
    return PREFIX + "Assign_" + i;
  }

  static SaverDef saverDef() {
    return SaverDef.newBuilder()
        .setFilenameTensorName(FILE_NAME + ":0")
        .setSaveTensorName(SAVED + ":0")
        .setRestoreOpName(RESTORED)
        .setVersion(SaverDef.CheckpointFormatVersion.V2)
        .build();
  }

  private static NodeDef fileName() {
    return NodeDef.newBuilder()
        .setName(FILE_NAME)
        .setOp("Placeholder")
        .setDevice(CPU)
        .putAttr("dtype", Attributes.type(DataType.DT_STRING))
        .putAttr("shape", AttrValue.newBuilder().setShape(TensorShapeProto.newBuilder()).build())
        .build();
  }

  private static NodeDef save(List<String> tensors) {
    return NodeDef.newBuilder()
        .setName(saveNode())
        .setOp("SaveV2")
        .setDevice(CPU)
        .addAllInput(List.of(FILE_NAME, NAMES, SLICES))
        .addAllInput(tensors)
        .putAttr("dtypes", floats(tensors.size()))
        .build();
  }

  private static void addRestore(GraphBuilder graph, List<Parameter> parameters) {
    graph.add(
        NodeDef.newBuilder()
            .setName(SAVED)
            .setOp("Identity")
            .setDevice(CPU)
            .addInput(FILE_NAME)
            .addInput("^" + saveNode())
            .putAttr("T", Attributes.type(DataType.DT_STRING))
            .build());
    String restore =
        graph.add(
            NodeDef.newBuilder()
                .setName(PREFIX + "RestoreV2")
                .setOp("RestoreV2")
                .setDevice(CPU)
                .addAllInput(List.of(FILE_NAME, NAMES, SLICES))
                .putAttr("dtypes", floats(parameters.size()))
                .build());
    NodeDef.Builder all = NodeDef.newBuilder().setName(RESTORED).setOp("NoOp");
    for (int i = 0; i < parameters.size(); i++) {
      String assign =
          graph.add(
              "AssignVariableOp",
              assignName(i),
              Map.of("dtype", Attributes.type(DataType.DT_FLOAT)),
              parameters.get(i).name(),
              i == 0 ? restore : restore + ":" + i);
      all.addInput("^" + assign);
    }
    graph.add(all.build());
  }

  private static AttrValue floats(int count) {
    AttrValue.ListValue.Builder types = AttrValue.ListValue.newBuilder();
    for (int i = 0; i < count; i++) {
      types.addType(DataType.DT_FLOAT);
    }
    return AttrValue.newBuilder().setList(types).build();
  }

  private static NodeDef strings(String name, Collection<String> values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_STRING)
            .setTensorShape(
                TensorShapeProto.newBuilder()
                    .addDim(TensorShapeProto.Dim.newBuilder().setSize(values.size())));
    values.forEach(
        v ->
            tensor.addStringVal(
                com.google.protobuf.ByteString.copyFrom(v, StandardCharsets.UTF_8)));
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Const")
        .setDevice(CPU)
        .putAttr("dtype", Attributes.type(DataType.DT_STRING))
        .putAttr("value", AttrValue.newBuilder().setTensor(tensor).build())
        .build();
  }
}
