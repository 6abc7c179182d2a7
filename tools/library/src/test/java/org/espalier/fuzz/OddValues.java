package org.espalier.fuzz;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.espalier.graphs.RandomStream;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Values that programs stumble over. */
final class OddValues {
  private static final long[] NUMBERS = {
    -1,
    0,
    1,
    2,
    3,
    5,
    7,
    16,
    99,
    -2,
    -5,
    -99,
    1000,
    65_536,
    1_000_000,
    1L << 30,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 31,
    1L << 32,
    (1L << 40) + 1,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private static final float[] REALS = {
    0, -1, 1, 1e-30f, 1e30f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY
  };

  private static final List<String> TEXTS =
      List.of(
          "",
          "SAME",
          "VALID",
          "EXPLICIT",
          "NHWC",
          "NCHW",
          "NDHWC",
          "NCHW_VECT_C",
          "HWIO",
          "FOO",
          "REFLECT",
          "ab,bc->ac",
          "abc,cd->abd",
          "->",
          "...ij,jk->ik",
          "\u0000",
          "none",
          "f",
          "é");

  private static final List<DataType> TYPES =
      List.of(
          DataType.DT_FLOAT,
          DataType.DT_DOUBLE,
          DataType.DT_INT32,
          DataType.DT_INT64,
          DataType.DT_INT16,
          DataType.DT_UINT8,
          DataType.DT_HALF,
          DataType.DT_BFLOAT16,
          DataType.DT_BOOL,
          DataType.DT_STRING,
          DataType.DT_COMPLEX64,
          DataType.DT_RESOURCE,
          DataType.DT_VARIANT,
          DataType.DT_QINT8,
          DataType.DT_INT4,
          DataType.DT_FLOAT_REF,
          DataType.DT_INVALID);

  private final RandomStream random;

  OddValues(RandomStream random) {
    this.random = random;
  }

  long number() {
    return NUMBERS[random.nextInt(NUMBERS.length)];
  }

  DataType type() {
    return TYPES.get(random.nextInt(TYPES.size()));
  }

  ByteString text() {
    return random.nextInt(TEXTS.size() + 1) == 0
        ? ByteString.copyFrom(new byte[] {(byte) 0xff, (byte) 0xfe, 0})
        : ByteString.copyFrom(TEXTS.get(random.nextInt(TEXTS.size())), StandardCharsets.UTF_8);
  }

  private float real() {
    return REALS[random.nextInt(REALS.length)];
  }

  /** Another value of the same kind, or now and then one of another. */
  AttrValue attribute(AttrValue old) {
    AttrValue.ValueCase kind = old.getValueCase();
    if (random.nextInt(12) == 0) {
      AttrValue.ValueCase[] all = AttrValue.ValueCase.values();
      kind = all[random.nextInt(all.length)];
    }
    AttrValue.Builder value = AttrValue.newBuilder();
    return switch (kind) {
      case S -> value.setS(text()).build();
      case I -> value.setI(number()).build();
      case F -> value.setF(real()).build();
      case B -> value.setB(!old.getB()).build();
      case TYPE -> value.setType(type()).build();
      case SHAPE -> value.setShape(shape(old.getShape())).build();
      case TENSOR -> value.setTensor(tensor(old.getTensor())).build();
      case LIST -> value.setList(list(old.getList())).build();
      case PLACEHOLDER -> value.setPlaceholder("T").build();
      case FUNC, VALUE_NOT_SET -> value.build();
    };
  }

  private AttrValue.ListValue list(AttrValue.ListValue old) {
    AttrValue.ListValue.Builder list = old.toBuilder();
    if (list.getICount() > 0) {
      int at = random.nextInt(list.getICount());
      return switch (random.nextInt(4)) {
        case 0 -> list.addI(number()).build();
        case 1 -> list.clearI().addAllI(old.getIList().subList(0, at)).build();
        default -> list.setI(at, number()).build();
      };
    }
    if (list.getTypeCount() > 0) {
      int at = random.nextInt(list.getTypeCount());
      return switch (random.nextInt(4)) {
        case 0 -> list.addType(type()).build();
        case 1 -> list.clearType().addAllType(old.getTypeList().subList(0, at)).build();
        default -> list.setType(at, type()).build();
      };
    }
    return switch (random.nextInt(4)) {
      case 0 -> list.clear().build();
      case 1 -> list.addS(text()).build();
      case 2 -> list.addType(type()).build();
      default -> list.addI(number()).build();
    };
  }

  TensorShapeProto shape(TensorShapeProto old) {
    TensorShapeProto.Builder shape = old.toBuilder();
    int dims = shape.getDimCount();
    TensorShapeProto.Dim dim = TensorShapeProto.Dim.newBuilder().setSize(number()).build();
    return switch (random.nextInt(6)) {
      case 0 -> shape.setUnknownRank(!shape.getUnknownRank()).build();
      case 1 -> shape.addDim(dim).build();
      case 2 -> dims == 0 ? shape.build() : shape.removeDim(random.nextInt(dims)).build();
      default ->
          dims == 0 ? shape.addDim(dim).build() : shape.setDim(random.nextInt(dims), dim).build();
    };
  }

  private TensorProto tensor(TensorProto old) {
    TensorProto.Builder tensor = old.toBuilder();
    return switch (random.nextInt(7)) {
      case 0, 1 -> tensor.setDtype(type()).build();
      case 2 -> tensor.setTensorShape(shape(old.getTensorShape())).build();
      case 3 -> tensor.setTensorContent(content(old.getTensorContent())).build();
      case 4 -> tensor.clearTensorContent().addFloatVal(real()).addIntVal((int) number()).build();
      case 5 -> tensor.clearTensorContent().addInt64Val(number()).addStringVal(text()).build();
      default -> numbers(tensor).build();
    };
  }

  private ByteString content(ByteString old) {
    return switch (random.nextInt(3)) {
      case 0 -> old.substring(0, random.nextInt(old.size() + 1));
      case 1 -> old.concat(ByteString.copyFrom(new byte[1 + random.nextInt(9)]));
      default -> ByteString.copyFrom(new byte[old.size()]);
    };
  }

  /** Other whole numbers for one of a constant's. */
  private TensorProto.Builder numbers(TensorProto.Builder tensor) {
    boolean wide = tensor.getDtype() == DataType.DT_INT64;
    if (tensor.getIntValCount() > 0) {
      return tensor.setIntVal(random.nextInt(tensor.getIntValCount()), (int) number());
    }
    if (tensor.getInt64ValCount() > 0) {
      return tensor.setInt64Val(random.nextInt(tensor.getInt64ValCount()), number());
    }
    int each = wide ? 8 : 4;
    byte[] bytes = tensor.getTensorContent().toByteArray();
    if (bytes.length < each) {
      return tensor.addIntVal((int) number()).addInt64Val(number());
    }
    long number = number();
    int at = each * random.nextInt(bytes.length / each);
    for (int i = 0; i < each; i++) {
      bytes[at + i] = (byte) (number >> Byte.SIZE * i);
    }
    return tensor.setTensorContent(ByteString.copyFrom(bytes));
  }
}
