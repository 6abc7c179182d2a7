package org.espalier.graphs.ops;

import jakarta.inject.Inject;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/** Inputs and constants: nothing can be removed from them. */
final class Sources implements OpRule {
  /** Constants larger than this are data, not sizes. */
  private static final int LARGEST_READ = 4096;

  @Inject
  Sources() {}

  @Override
  public Set<String> ops() {
    return Set.of("Placeholder", "Const");
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    NodeDef node = op.node();
    if (node.getOp().equals("Placeholder")) {
      return List.of(
          Attributes.shape(node, "shape").map(TensorFacts::of).orElse(TensorFacts.UNKNOWN));
    }
    TensorProto tensor = node.getAttrOrThrow("value").getTensor();
    Shape shape = Attributes.shape(tensor.getTensorShape());
    boolean integers =
        tensor.getDtype() == DataType.DT_INT32 || tensor.getDtype() == DataType.DT_INT64;
    return List.of(
        integers && shape.elements() <= LARGEST_READ
            ? TensorFacts.of(shape, integers(op, tensor, (int) shape.elements()))
            : TensorFacts.of(shape));
  }

  /** A tensor is written as raw bytes or as a list whose last value repeats. */
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
          values[i] = clamp(longs.get(i));
        }
      } else {
        IntBuffer ints = bytes.asIntBuffer();
        ints.get(values);
      }
      return values;
    }
    int listed = wide ? tensor.getInt64ValCount() : tensor.getIntValCount();
    for (int i = 0; i < count && listed > 0; i++) {
      int at = Math.min(i, listed - 1);
      values[i] = wide ? clamp(tensor.getInt64Val(at)) : tensor.getIntVal(at);
    }
    return values;
  }

  /** Slices say "to the end" with the largest long. */
  private static int clamp(long value) {
    return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    return List.of(Axes.NONE);
  }
}
