package org.espalier.graphs.rewrites;

import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Parameter;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** The node that multiplies a tensor by a parameter. */
final class ScaleNodes {
  private ScaleNodes() {}

  static NodeDef product(String name, String tensor, Parameter scale) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Mul")
        .addInput(tensor)
        .addInput(GraphBuilder.readName(scale.name()))
        .putAttr("T", Attributes.type(DataType.DT_FLOAT))
        .build();
  }
}
