package org.espalier.framework.files;

import java.nio.ByteBuffer;

/** The number formats that are read as float32. */
enum ElementType {
  F16(2) {
    @Override
    float next(ByteBuffer bytes) {
      return half(bytes.getShort());
    }
  },
  BF16(2) {
    @Override
    float next(ByteBuffer bytes) {
      return Float.intBitsToFloat(bytes.getShort() << 16);
    }
  },
  F32(4) {
    @Override
    float next(ByteBuffer bytes) {
      return bytes.getFloat();
    }

    @Override
    void read(ByteBuffer bytes, float[] to, int from, int count) {
      bytes.asFloatBuffer().get(to, from, count);
      bytes.position(bytes.position() + 4 * count);
    }
  },
  F64(8) {
    @Override
    float next(ByteBuffer bytes) {
      return (float) bytes.getDouble();
    }
  },
  U8(1) {
    @Override
    float next(ByteBuffer bytes) {
      return bytes.get() & 0xff;
    }
  };

  private final int size;

  ElementType(int size) {
    this.size = size;
  }

  /** Bytes a number. */
  int size() {
    return size;
  }

  abstract float next(ByteBuffer bytes);

  /** Reads numbers in the byte order of the buffer. */
  void read(ByteBuffer bytes, float[] to, int from, int count) {
    for (int i = 0; i < count; i++) {
      to[from + i] = next(bytes);
    }
  }

  /** IEEE 754 half precision: 1 bit sign, 5 bits exponent (bias 15), 10 bits fraction. */
  static float half(short bits) {
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    float magnitude;
    if (exponent == 0) {
      magnitude = fraction * 0x1p-24f;
    } else if (exponent == 0x1f) {
      magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else {
      magnitude = Float.intBitsToFloat((exponent + 112) << 23 | fraction << 13);
    }
    return bits < 0 ? -magnitude : magnitude;
  }
}
