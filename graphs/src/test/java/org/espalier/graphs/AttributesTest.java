package org.espalier.graphs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

class AttributesTest {
  /** 2^29 values of 4 bytes are one byte more than an int counts. */
  @Test
  void aConstantIsAsLargeAsAGraphCanHold() {
    assertThat(Attributes.bytes((1 << 29) - 1, 4)).isEqualTo(Integer.MAX_VALUE - 3);
    assertThat(Attributes.bytes((1 << 28) - 1, 8)).isEqualTo(Integer.MAX_VALUE - 7);
    assertThatThrownBy(() -> Attributes.bytes(1 << 29, 4))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "a constant of 536870912 values of 4 bytes is larger than the 2 GB that a graph can"
                + " hold");
    assertThatThrownBy(() -> Attributes.bytes(1 << 30, 8)).isInstanceOf(BadInputException.class);
  }

  @Test
  void numbersAreWrittenLittleEndian() {
    assertThat(Attributes.ints(Shape.of(2), 1, -2).getTensor().getTensorContent())
        .isEqualTo(bytes(1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff));
    assertThat(Attributes.longs(Shape.of(1), 258).getTensor().getTensorContent())
        .isEqualTo(bytes(2, 1, 0, 0, 0, 0, 0, 0));
    ShapedArray array = new ShapedArray(Shape.of(2), new float[] {1, -2});
    assertThat(Attributes.floats(array).getTensor().getTensorContent())
        .isEqualTo(bytes(0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0));
  }

  private static ByteString bytes(int... bytes) {
    byte[] written = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      written[i] = (byte) bytes[i];
    }
    return ByteString.copyFrom(written);
  }
}
