package org.espalier.savedmodels.imports;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Tensors as protocol buffers write them. */
final class Constants {
  /** What a tensor may take that is written as one value for all. */
  private static final long LARGEST_FILL = 1 << 25;

  /** A list of numbers may be written in fewer bytes than they have: 0 and 1 in one. */
  private static final long COMPACT = 8;

  /** TensorFlow's own bound. */
  private static final int MOST_AXES = 254;

  /** How many bytes a number has, where all have as many. */
  private static final Map<DataType, Integer> BYTES =
      Map.ofEntries(
          Map.entry(DataType.DT_BOOL, 1),
          Map.entry(DataType.DT_INT8, 1),
          Map.entry(DataType.DT_UINT8, 1),
          Map.entry(DataType.DT_QINT8, 1),
          Map.entry(DataType.DT_QUINT8, 1),
          Map.entry(DataType.DT_INT16, 2),
          Map.entry(DataType.DT_UINT16, 2),
          Map.entry(DataType.DT_QINT16, 2),
          Map.entry(DataType.DT_QUINT16, 2),
          Map.entry(DataType.DT_HALF, 2),
          Map.entry(DataType.DT_BFLOAT16, 2),
          Map.entry(DataType.DT_INT32, 4),
          Map.entry(DataType.DT_UINT32, 4),
          Map.entry(DataType.DT_QINT32, 4),
          Map.entry(DataType.DT_FLOAT, 4),
          Map.entry(DataType.DT_INT64, 8),
          Map.entry(DataType.DT_UINT64, 8),
          Map.entry(DataType.DT_DOUBLE, 8),
          Map.entry(DataType.DT_COMPLEX64, 8),
          Map.entry(DataType.DT_COMPLEX128, 16));

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

  /**
   * Refuses a tensor that is not whole: of a size that none has, or with more or fewer bytes than
   * its shape says. TensorFlow ends the process, or takes the memory that a shape asks for.
   *
   * @param name of the node that has it
   */
  static void check(TensorProto value, String name) {
    Shape shape = shape(value, name);
    int each = BYTES.getOrDefault(value.getDtype(), 0);
    int found = value.getTensorContent().size();
    if (each > 0 && found > 0 && found != each * shape.elements()) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "'%s' of %s and shape %s holds %d bytes, expected %d",
              name,
              Definition.word(value.getDtype()),
              shape,
              found,
              each * shape.elements()));
    }
    long written = value.getSerializedSize();
    if (shape.elements() * Math.max(each, 1) > Math.max(LARGEST_FILL, COMPACT * written)) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "'%s' of shape %s holds only %d bytes of its values",
              name,
              shape,
              written));
    }
  }

  /** Refuses a shape that no tensor can have. */
  static void check(TensorShapeProto shape, String name) {
    if (shape.getDimCount() > MOST_AXES || shape.getUnknownRank() && shape.getDimCount() > 0) {
      throw new BadInputException(
          "node '" + name + "' has a shape of " + shape.getDimCount() + " axes");
    }
    long elements = 1;
    for (TensorShapeProto.Dim dim : shape.getDimList()) {
      long size = dim.getSize();
      long known = Math.max(size, 1);
      if (size < Shape.UNKNOWN || elements > Long.MAX_VALUE / known) {
        throw new BadInputException("node '" + name + "' has a shape with a dimension of " + size);
      }
      elements *= known;
    }
  }

  private static Shape shape(TensorProto value, String name) {
    if (value.getTensorShape().getUnknownRank()) {
      throw new BadInputException("'" + name + "' is a tensor of an unknown number of axes");
    }
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
