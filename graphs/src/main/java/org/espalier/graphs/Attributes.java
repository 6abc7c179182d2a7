package org.espalier.graphs;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Optional;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Builds and reads the attributes of nodes. */
public final class Attributes {
  private Attributes() {}

  public static AttrValue type(DataType type) {
    return AttrValue.newBuilder().setType(type).build();
  }

  public static AttrValue text(String text) {
    return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(text)).build();
  }

  public static AttrValue flag(boolean flag) {
    return AttrValue.newBuilder().setB(flag).build();
  }

  public static AttrValue number(long number) {
    return AttrValue.newBuilder().setI(number).build();
  }

  public static AttrValue real(float number) {
    return AttrValue.newBuilder().setF(number).build();
  }

  public static AttrValue numbers(int... numbers) {
    AttrValue.ListValue.Builder list = AttrValue.ListValue.newBuilder();
    for (int n : numbers) {
      list.addI(n);
    }
    return AttrValue.newBuilder().setList(list).build();
  }

  public static AttrValue shape(Shape shape) {
    TensorShapeProto.Builder proto = TensorShapeProto.newBuilder();
    for (int d : shape.written().dims()) {
      proto.addDim(TensorShapeProto.Dim.newBuilder().setSize(d));
    }
    return AttrValue.newBuilder().setShape(proto).build();
  }

  /** A tensor of 32-bit integers; no shape means a scalar. */
  public static AttrValue ints(Shape shape, int... values) {
    ByteBuffer bytes = buffer(values.length, 4);
    bytes.asIntBuffer().put(values);
    return tensor(DataType.DT_INT32, shape, bytes);
  }

  /** A tensor of 64-bit integers. */
  public static AttrValue longs(Shape shape, int... values) {
    ByteBuffer bytes = buffer(values.length, 8);
    for (int v : values) {
      bytes.putLong(v);
    }
    return tensor(DataType.DT_INT64, shape, bytes.flip());
  }

  public static AttrValue floats(ShapedArray array) {
    ByteBuffer bytes = buffer(array.values().length, 4);
    bytes.asFloatBuffer().put(array.values());
    return tensor(DataType.DT_FLOAT, array.shape(), bytes);
  }

  private static ByteBuffer buffer(int values, int each) {
    return ByteBuffer.allocate(bytes(values, each)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The size of a constant.
   *
   * @throws BadInputException if no graph can hold it: protocol buffers end at 2 GB
   */
  static int bytes(int values, int each) {
    long bytes = (long) values * each;
    if (bytes > Integer.MAX_VALUE) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "a constant of %d values of %d bytes is larger than the 2 GB that a graph can hold",
              values,
              each));
    }
    return (int) bytes;
  }

  private static AttrValue tensor(DataType type, Shape shape, ByteBuffer bytes) {
    return AttrValue.newBuilder()
        .setTensor(
            TensorProto.newBuilder()
                .setDtype(type)
                .setTensorShape(shape(shape).getShape())
                .setTensorContent(UnsafeByteOperations.unsafeWrap(bytes)))
        .build();
  }

  public static String text(NodeDef node, String name, String otherwise) {
    AttrValue value = node.getAttrMap().get(name);
    return value == null ? otherwise : value.getS().toStringUtf8();
  }

  public static boolean flag(NodeDef node, String name, boolean otherwise) {
    AttrValue value = node.getAttrMap().get(name);
    return value == null ? otherwise : value.getB();
  }

  public static float real(NodeDef node, String name, float otherwise) {
    AttrValue value = node.getAttrMap().get(name);
    return value == null ? otherwise : value.getF();
  }

  public static long number(NodeDef node, String name, long otherwise) {
    AttrValue value = node.getAttrMap().get(name);
    return value == null ? otherwise : value.getI();
  }

  /** The same, of a number that must be a size or an index. */
  public static int integer(NodeDef node, String name, int otherwise) {
    return integer(node, name, number(node, name, otherwise));
  }

  private static int integer(NodeDef node, String name, long number) {
    if (number != (int) number) {
      throw new BadInputException(
          String.format(
              Locale.ROOT, "node '%s': attribute %s cannot be %d", node.getName(), name, number));
    }
    return (int) number;
  }

  /** The type attribute, or {@code DT_INVALID} where there is none. */
  public static DataType type(NodeDef node, String name) {
    AttrValue value = node.getAttrMap().get(name);
    return value == null ? DataType.DT_INVALID : value.getType();
  }

  public static int[] numbers(NodeDef node, String name) {
    AttrValue value = node.getAttrMap().get(name);
    return value == null
        ? new int[0]
        : value.getList().getIList().stream().mapToInt(n -> integer(node, name, n)).toArray();
  }

  /** The shape attribute, or nothing where the rank is unknown. */
  public static Optional<Shape> shape(NodeDef node, String name) {
    AttrValue value = node.getAttrMap().get(name);
    return value == null || value.getShape().getUnknownRank()
        ? Optional.empty()
        : Optional.of(shape(value.getShape()));
  }

  public static Shape shape(TensorShapeProto proto) {
    int[] dims = new int[proto.getDimCount()];
    for (int i = 0; i < dims.length; i++) {
      long size = proto.getDim(i).getSize();
      if (size > Integer.MAX_VALUE || size < Shape.UNKNOWN) {
        throw new BadInputException("a dimension of a tensor cannot be " + size);
      }
      dims[i] = (int) size;
    }
    return Shape.of(dims);
  }
}
