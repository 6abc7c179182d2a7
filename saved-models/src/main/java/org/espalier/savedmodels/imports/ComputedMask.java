package org.espalier.savedmodels.imports;

import java.util.Map;
import java.util.Optional;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * A mask that a graph multiplies a kernel by.
 *
 * @param kernel the tensor that is masked
 * @param values 0 and 1 in its shape
 */
record ComputedMask(String kernel, TensorProto values) {

  /**
   * Sees whether a product is that of a kernel and a mask, with zeros and in the kernel's shape or
   * one that is repeated along it.
   *
   * @param values of the product and of what it reads
   */
  static Optional<ComputedMask> of(NodeDef product, Map<String, TensorProto> values) {
    if (!product.getOp().equals("Mul") || product.getInputCount() != 2) {
      return Optional.empty();
    }
    TensorProto whole = values.get(product.getName());
    for (int input = 1; input >= 0; input--) {
      TensorProto mask = values.get(TensorRef.nodeOf(product.getInput(input)));
      TensorProto kernel = values.get(TensorRef.nodeOf(product.getInput(1 - input)));
      if (mask != null
          && kernel != null
          && kernel.getTensorShape().equals(whole.getTensorShape())
          && isMask(mask)) {
        ShapedArray repeated =
            repeated(
                Constants.floats(mask, product.getName()),
                Attributes.shape(whole.getTensorShape()));
        return Optional.of(
            new ComputedMask(product.getInput(1 - input), Attributes.floats(repeated).getTensor()));
      }
    }
    return Optional.empty();
  }

  private static boolean isMask(TensorProto tensor) {
    boolean zeros = false;
    for (float v : Constants.floats(tensor, "a mask").values()) {
      if (v != 0f && v != 1f) {
        return false;
      }
      zeros |= v == 0f;
    }
    return zeros;
  }

  /** The values of an array that is broadcast to a shape. */
  private static ShapedArray repeated(ShapedArray array, Shape shape) {
    float[] values = new float[Math.toIntExact(shape.elements())];
    int rank = shape.rank();
    int missing = rank - array.shape().rank();
    for (int i = 0; i < values.length; i++) {
      int from = 0;
      int step = 1;
      int rest = i;
      for (int axis = rank - 1; axis >= missing; axis--) {
        int size = array.shape().dim(axis - missing);
        int at = rest % shape.dim(axis);
        rest /= shape.dim(axis);
        from += (size == 1 ? 0 : at) * step;
        step *= size;
      }
      values[i] = array.values()[from];
    }
    return new ShapedArray(shape, values);
  }

  /** The product as Espalier's own masks have it. */
  NodeDef product(String name, String mask) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Mul")
        .addInput(kernel)
        .addInput(mask)
        .putAttr("T", Attributes.type(DataType.DT_FLOAT))
        .putAttr(NodeGraph.MASKED, Attributes.flag(true))
        .build();
  }
}
