package org.espalier.savedmodels;

import java.util.List;
import java.util.Map;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.VariableDef;

/** The file {@code saved_model.pb}: graph, saver, signature, list of variables. */
final class SavedModelProto {
  static final String TAG = "serve";

  /** What TensorFlow Serving expects of a signature that maps tensors to tensors. */
  private static final String PREDICT = "tensorflow/serving/predict";

  private static final int SCHEMA = 1;

  private SavedModelProto() {}

  /**
   * @param types type and static shape of each endpoint's tensor
   */
  static SavedModel of(
      Network network, GraphDef graph, Map<TensorRef, TensorInfo> types, String tensorFlow) {
    MetaGraphDef.Builder meta =
        MetaGraphDef.newBuilder()
            .setMetaInfoDef(
                MetaGraphDef.MetaInfoDef.newBuilder().addTags(TAG).setTensorflowVersion(tensorFlow))
            .setGraphDef(graph)
            .setSaverDef(ServingGraph.saverDef())
            .putCollectionDef("variables", variables(network.parameters()));
    for (Network offered : network.offered()) {
      meta.putSignatureDef(offered.signature(), signature(offered, types));
    }
    return SavedModel.newBuilder().setSavedModelSchemaVersion(SCHEMA).addMetaGraphs(meta).build();
  }

  private static SignatureDef signature(Network offered, Map<TensorRef, TensorInfo> types) {
    SignatureDef.Builder signature = SignatureDef.newBuilder().setMethodName(PREDICT);
    offered.inputs().forEach((key, ref) -> signature.putInputs(key, types.get(ref)));
    offered.outputs().forEach((key, ref) -> signature.putOutputs(key, types.get(ref)));
    return signature.build();
  }

  /** Python finds the variables here; without it two models in one process would share them. */
  private static CollectionDef variables(List<Parameter> parameters) {
    CollectionDef.BytesList.Builder list = CollectionDef.BytesList.newBuilder();
    for (int i = 0; i < parameters.size(); i++) {
      String name = parameters.get(i).name();
      list.addValue(
          VariableDef.newBuilder()
              .setVariableName(name + ":0")
              .setSnapshotName(GraphBuilder.readName(name) + ":0")
              .setInitializerName(ServingGraph.assignName(i))
              .setIsResource(true)
              .setTrainable(parameters.get(i).kind().isTrained())
              .build()
              .toByteString());
    }
    return CollectionDef.newBuilder().setBytesList(list).build();
  }
}
