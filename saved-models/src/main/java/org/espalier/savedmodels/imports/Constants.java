package org.espalier.savedmodels.imports;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/** Float tensors as protocol buffers write them. */
final class Constants {
  private Constants() {}

  /** Whether a node is a constant of several floats. */
  static boolean isFloats(NodeDef node) {
    if (!node.getOp().equals("Const")) {
      return false;
    }
    TensorProto value = node.getAttrOrThrow("value").getTensor();
    return value.getDtype() == DataType.DT_FLOAT && shape(value, node.getName()).elements() > 1;
  }

  /** What a constant decides where it is a condition; nothing if it is not a constant. */
  static Optional<Boolean> truth(NodeDef node) {
    if (node == null || !node.getOp().equals("Const")) {
      return Optional.empty();
    }
    TensorProto value = node.getAttrOrThrow("value").getTensor();
    if (value.getDtype() != DataType.DT_BOOL) {
      return Optional.empty();
    }
    return Optional.of(
        value.getTensorContent().isEmpty()
            ? value.getBoolValCount() > 0 && value.getBoolVal(0)
            : value.getTensorContent().byteAt(0) != 0);
  }

  /** The values: raw bytes, or a list whose last value stands for all that follow. */
  static ShapedArray floats(TensorProto value, String name) {
    Shape shape = shape(value, name);
    float[] floats;
    if (!value.getTensorContent().isEmpty()) {
      if (value.getTensorContent().size() != 4L * shape.elements()) {
        throw new BadInputException(
            String.format(
                Locale.ROOT,
                "'%s' of shape %s holds %d bytes",
                name,
                shape,
                value.getTensorContent().size()));
      }
      floats = new float[(int) shape.elements()];
      value
          .getTensorContent()
          .asReadOnlyByteBuffer()
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(floats);
    } else {
      floats = new float[(int) shape.elements()];
      List<Float> listed = value.getFloatValList();
      for (int i = 0; i < floats.length && !listed.isEmpty(); i++) {
        floats[i] = listed.get(Math.min(i, listed.size() - 1));
      }
    }
    return new ShapedArray(shape, floats);
  }

  private static Shape shape(TensorProto value, String name) {
    Shape shape = Attributes.shape(value.getTensorShape());
    long elements;
    try {
      elements = shape.elements();
    } catch (ArithmeticException e) {
      elements = Long.MAX_VALUE;
    }
    if (!shape.isKnown() || elements > 1 << 29) {
      throw new BadInputException(
          String.format(Locale.ROOT, "'%s' cannot have the shape %s", name, shape));
    }
    return shape;
  }
}
