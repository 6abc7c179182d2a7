package org.espalier.graphs.ops;

import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;

/** The values of small integer constants. */
final class IntegerConstants {
  private IntegerConstants() {}

  static Optional<TensorFacts> of(Op op) {
    TensorProto tensor =
        op.node().getAttrOrDefault("value", AttrValue.getDefaultInstance()).getTensor();
    Shape shape = Attributes.shape(tensor.getTensorShape());
    return KnownIntegers.isInteger(tensor.getDtype()) && shape.elements() <= KnownIntegers.LARGEST
        ? Optional.of(TensorFacts.of(shape, integers(op, tensor, (int) shape.elements())))
        : Optional.empty();
  }

  /**
   * A tensor is written as raw bytes or as a list whose last value repeats. Slices say "to the end"
   * with the largest long, and "to the start" with the least.
   */
  private static int[] integers(Op op, TensorProto tensor, int count) {
    boolean wide = tensor.getDtype() == DataType.DT_INT64;
    int[] values = new int[count];
    if (!tensor.getTensorContent().isEmpty()) {
      if (tensor.getTensorContent().size() != count * (wide ? 8 : 4)) {
        throw op.bad(
            "holds " + tensor.getTensorContent().size() + " bytes for " + count + " values");
      }
      var bytes = tensor.getTensorContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      if (wide) {
        LongBuffer longs = bytes.asLongBuffer();
        for (int i = 0; i < count; i++) {
          values[i] = TensorFacts.limited(longs.get(i));
        }
      } else {
        IntBuffer ints = bytes.asIntBuffer();
        Arrays.setAll(values, i -> TensorFacts.limited(ints.get(i)));
      }
      return values;
    }
    int listed = wide ? tensor.getInt64ValCount() : tensor.getIntValCount();
    for (int i = 0; i < count && listed > 0; i++) {
      int at = Math.min(i, listed - 1);
      values[i] = TensorFacts.limited(wide ? tensor.getInt64Val(at) : tensor.getIntVal(at));
    }
    return values;
  }
}
