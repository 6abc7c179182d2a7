package org.espalier.framework.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However numbers are handed over, the digest is that of their bytes. */
class Sha256Test {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16383, 16384, 16385, 32768, 50_000})
  void numbersAreTheirBytes(int count) throws IOException {
    float[] floats = new float[count];
    int[] ints = new int[count];
    Arrays.setAll(ints, i -> i * 0x01010203);
    ByteBuffer little = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer big = ByteBuffer.allocate(4 * count);
    for (int i = 0; i < count; i++) {
      floats[i] = i / 3f;
      little.putFloat(floats[i]);
      big.putInt(ints[i]);
    }
    String ofFloats = new Sha256().add(little.array()).hex();
    assertThat(new Sha256().add(floats).hex()).isEqualTo(ofFloats);
    assertThat(new Sha256().add(ints).hex()).isEqualTo(new Sha256().add(big.array()).hex());
    Sha256 written = new Sha256();
    for (int at = 0; at < 4 * count; at += 1000) {
      written.sink().write(little.array(), at, Math.min(999, 4 * count - at));
      if (at + 999 < 4 * count) {
        written.sink().write(little.array()[at + 999]);
      }
    }
    assertThat(written.hex()).isEqualTo(ofFloats);
  }

  @Test
  void textsHaveAnEnd() {
    assertThat(new Sha256().add("ab").add("c").hex())
        .isNotEqualTo(new Sha256().add("a").add("bc").hex())
        .isEqualTo(new Sha256().add(new byte[] {'a', 'b', 0, 'c', 0}).hex());
  }

  @Test
  void aStreamIsItsBytes() throws IOException {
    byte[] bytes = new byte[200_000];
    Arrays.fill(bytes, 70_000, 140_000, (byte) 7);
    assertThat(new Sha256().add(new ByteArrayInputStream(bytes)).hex())
        .isEqualTo(new Sha256().add(bytes).hex());
  }
}
