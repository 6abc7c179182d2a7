package org.espalier.graphs.rewrites;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** The nodes that multiply a tensor by a parameter. */
final class ScaleNodes {
  private ScaleNodes() {}

  /** By the parameter itself. */
  static NodeDef product(String name, String tensor, Parameter scale) {
    return product(name, tensor, GraphBuilder.readName(scale.name()));
  }

  static NodeDef product(String name, String tensor, String factor) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Mul")
        .addInput(tensor)
        .addInput(factor)
        .putAttr("T", Attributes.type(DataType.DT_FLOAT))
        .build();
  }

  /** The shape of numbers that lie along one axis of a tensor. */
  static Shape along(int axis, int numbers, int rank) {
    int[] dims = new int[rank - axis];
    Arrays.fill(dims, 1);
    dims[0] = numbers;
    return Shape.of(dims);
  }

  /**
   * The numbers of a parameter, each as many times as a group has channels.
   *
   * @param before the node in front of which the constants stand
   */
  static NodeDef repeated(GraphEdit edit, String before, Parameter scale, int channels) {
    int width = channels / scale.shape().dim(0);
    int[] groups = IntStream.range(0, channels).map(i -> i / width).toArray();
    return NodeDef.newBuilder()
        .setName(edit.unused(scale.name() + "/repeated"))
        .setOp("GatherV2")
        .addInput(GraphBuilder.readName(scale.name()))
        .addInput(edit.addConstant(before, "groups", Shape.of(channels), DataType.DT_INT32, groups))
        .addInput(edit.addConstant(before, "group_axis", Shape.of(), DataType.DT_INT32, 0))
        .putAttr("Tparams", Attributes.type(DataType.DT_FLOAT))
        .putAttr("Tindices", Attributes.type(DataType.DT_INT32))
        .putAttr("Taxis", Attributes.type(DataType.DT_INT32))
        .putAttr("batch_dims", Attributes.number(0))
        .build();
  }
}
