package org.espalier.framework.sessions;

import com.google.protobuf.UnsafeByteOperations;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.ShapedArray;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.NdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;

/** Flat Java arrays to tensors and back; anything else is slower by orders of magnitude. */
final class Tensors {
  private Tensors() {}

  static TFloat32 of(ShapedArray array) {
    TFloat32 tensor = TFloat32.tensorOf(Shape.of(array.shape().toLongArray()));
    if (array.values().length > 0) {
      tensor.asRawTensor().data().asFloats().write(array.values());
    }
    return tensor;
  }

  /** The same numbers as a tensor of a given type. */
  static Tensor of(ShapedArray array, DataType type) {
    if (type == DataType.DT_FLOAT) {
      return of(array);
    }
    if (type == DataType.DT_STRING) {
      return numerals(array);
    }
    Shape shape = Shape.of(array.shape().toLongArray());
    float[] values = array.values();
    Tensor tensor =
        switch (type) {
          case DT_DOUBLE -> TFloat64.tensorOf(shape);
          case DT_INT32 -> TInt32.tensorOf(shape);
          case DT_INT64 -> TInt64.tensorOf(shape);
          case DT_UINT8 -> TUint8.tensorOf(shape);
          case DT_BOOL -> TBool.tensorOf(shape);
          default -> throw new BadInputException("an input of type " + type + " cannot be fed");
        };
    ByteDataBuffer bytes = tensor.asRawTensor().data();
    for (int i = 0; i < values.length; i++) {
      switch (type) {
        case DT_DOUBLE -> bytes.asDoubles().setDouble(values[i], i);
        case DT_INT32 -> bytes.asInts().setInt((int) values[i], i);
        case DT_INT64 -> bytes.asLongs().setLong((long) values[i], i);
        case DT_BOOL -> bytes.setByte((byte) (values[i] == 0 ? 0 : 1), i);
        default -> bytes.setByte((byte) (int) values[i], i);
      }
    }
    return tensor;
  }

  /** The first {@code images} images of a buffer. */
  static TUint8 pixels(byte[] buffer, int images, int height, int width, int channels) {
    TUint8 tensor = TUint8.tensorOf(Shape.of(images, height, width, channels));
    tensor.asRawTensor().data().write(buffer, 0, images * height * width * channels);
    return tensor;
  }

  static TInt32 labels(int[] buffer, int count) {
    TInt32 tensor = TInt32.tensorOf(Shape.of(count));
    tensor.asRawTensor().data().asInts().write(buffer, 0, count);
    return tensor;
  }

  /** Whole numbers as text: keys that a network passes through can be anything. */
  private static TString numerals(ShapedArray array) {
    NdArray<String> texts = NdArrays.ofObjects(String.class, Shape.of(array.shape().toLongArray()));
    int[] next = {0};
    texts.scalars().forEach(s -> s.setObject(Long.toString((long) array.values()[next[0]++])));
    return TString.tensorOf(texts);
  }

  /** The strings of a tensor, row by row. */
  static List<String> texts(Tensor tensor) {
    if (!(tensor instanceof TString strings)) {
      throw new BadInputException("an output that should hold strings does not");
    }
    List<String> texts = new ArrayList<>();
    strings.scalars().forEach(s -> texts.add(s.getObject()));
    return texts;
  }

  /** A copy: a fetched tensor may be a window onto the variable itself. */
  static ShapedArray copy(Tensor tensor) {
    int[] dims = new int[tensor.shape().numDimensions()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = (int) tensor.shape().get(i);
    }
    float[] values = new float[Math.toIntExact(tensor.shape().size())];
    if (tensor instanceof TFloat32 floats) {
      if (values.length > 0) {
        floats.asRawTensor().data().asFloats().read(values);
      }
    } else {
      convert(tensor, values);
    }
    return new ShapedArray(org.espalier.graphs.Shape.of(dims), values);
  }

  /** A copy of a tensor of float64, row by row. */
  static double[] doubles(Tensor tensor) {
    if (!(tensor instanceof TFloat64 numbers)) {
      throw new IllegalArgumentException("expected float64, found " + tensor.dataType());
    }
    double[] values = new double[Math.toIntExact(tensor.shape().size())];
    if (values.length > 0) {
      numbers.asRawTensor().data().asDoubles().read(values);
    }
    return values;
  }

  private static void convert(Tensor tensor, float[] values) {
    ByteDataBuffer bytes = tensor.asRawTensor().data();
    DataType type = DataType.forNumber(tensor.dataType().getNumber());
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case DT_DOUBLE -> (float) bytes.asDoubles().getDouble(i);
            case DT_INT32 -> bytes.asInts().getInt(i);
            case DT_INT64 -> bytes.asLongs().getLong(i);
            case DT_UINT8 -> bytes.getByte(i) & 0xff;
            case DT_BOOL -> bytes.getByte(i);
            default -> throw new BadInputException("an output of type " + type + " cannot be read");
          };
    }
  }

  /** A copy in its own type: what a session returns is freed with it. */
  static TensorProto proto(Tensor tensor) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : tensor.shape().asArray()) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    byte[] bytes = new byte[Math.toIntExact(tensor.numBytes())];
    if (bytes.length > 0) {
      tensor.asRawTensor().data().read(bytes);
    }
    return TensorProto.newBuilder()
        .setDtype(DataType.forNumber(tensor.dataType().getNumber()))
        .setTensorShape(shape)
        .setTensorContent(UnsafeByteOperations.unsafeWrap(bytes))
        .build();
  }

  static void closeAll(Collection<? extends Tensor> tensors) {
    tensors.forEach(Tensor::close);
  }
}
