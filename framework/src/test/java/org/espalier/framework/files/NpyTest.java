package org.espalier.framework.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyTest {
  @TempDir Path folder;

  private Path file(int version, String header, byte[] data) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(12 + header.length() + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    if (version == 1) {
      bytes.putShort((short) header.length());
    } else {
      bytes.putInt(header.length());
    }
    bytes.put(header.getBytes(StandardCharsets.US_ASCII)).put(data);
    byte[] all = new byte[bytes.position()];
    bytes.flip().get(all);
    return Files.write(folder.resolve("x.npy"), all);
  }

  private static String header(String type, String order, String shape) {
    return "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n".formatted(type, order, shape);
  }

  private static byte[] floats(ByteOrder order, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(order);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private static void assertBad(Path file, String expected, String found) {
    assertThatThrownBy(() -> Npy.readFloats(file))
        .isInstanceOf(BadInputException.class)
        .hasMessage(file + ": expected " + expected + ", found " + found);
  }

  @Test
  void whatIsWrittenComesBack() throws IOException {
    for (Shape shape : new Shape[] {Shape.of(), Shape.of(3), Shape.of(2, 0), Shape.of(2, 3, 5)}) {
      float[] values = new float[(int) shape.elements()];
      for (int i = 0; i < values.length; i++) {
        values[i] = i / 7f;
      }
      ShapedArray array = new ShapedArray(shape, values);
      Path file = folder.resolve("a.npy");
      Npy.write(file, array);
      assertThat(Npy.readFloats(file)).isEqualTo(array);
      assertThat((Files.size(file) - 4L * values.length) % 64).isZero();
    }
  }

  @Test
  void everyVersionAndType() throws IOException {
    ShapedArray expected = new ShapedArray(Shape.of(2), new float[] {1, 2});
    byte[] little = floats(ByteOrder.LITTLE_ENDIAN, 1, 2);
    for (int version = 1; version <= 3; version++) {
      assertThat(Npy.readFloats(file(version, header("<f4", "False", "(2,)"), little)))
          .isEqualTo(expected);
    }
    byte[] big = floats(ByteOrder.BIG_ENDIAN, 1, 2);
    assertThat(Npy.readFloats(file(1, header(">f4", "False", "(2,)"), big))).isEqualTo(expected);
    assertThat(Npy.readFloats(file(1, header("|u1", "False", "(2,)"), new byte[] {1, 2})))
        .isEqualTo(expected);
    byte[] doubles =
        ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putDouble(1).putDouble(2).array();
    assertThat(Npy.readFloats(file(1, header("<f8", "False", "(2,)"), doubles)))
        .isEqualTo(expected);
    assertThat(
            Npy.readFloats(file(1, header("|u1", "False", "(1,)"), new byte[] {(byte) 255}))
                .values())
        .containsExactly(255f);
  }

  @Test
  void fortransOrderIsTurned() throws IOException {
    byte[] data = floats(ByteOrder.LITTLE_ENDIAN, 0, 3, 1, 4, 2, 5);
    assertThat(Npy.readFloats(file(1, header("<f4", "True", "(2, 3)"), data)))
        .isEqualTo(new ShapedArray(Shape.of(2, 3), new float[] {0, 1, 2, 3, 4, 5}));
  }

  @Test
  void filesThatAreNotWhole() throws IOException {
    byte[] data = floats(ByteOrder.LITTLE_ENDIAN, 1, 2);
    String two = header("<f4", "False", "(2,)");
    String three = header("<f4", "False", "(3,)");
    assertBad(file(1, three, data), "3 values of 4 bytes (shape [3])", "8 bytes");
    assertBad(
        file(1, header("<f4", "False", "(1,)"), data),
        "1 values of 4 bytes (shape [1])",
        "8 bytes");
    Path file = file(1, two, data);
    byte[] whole = Files.readAllBytes(file);
    assertBad(
        Files.write(file, java.util.Arrays.copyOf(whole, 30)),
        "a header of " + two.length() + " bytes",
        "the end of the file (truncated)");
    assertBad(Files.write(file, new byte[3]), "a NumPy array (.npy)", "another format");
    assertBad(
        Files.writeString(file, "PK\003\004 and so on"), "a NumPy array (.npy)", "another format");
    assertBad(file(4, two, data), "version 1, 2 or 3 of the .npy format", "version 4");
    assertThatThrownBy(() -> Npy.readFloats(folder.resolve("none")))
        .hasMessage(folder.resolve("none") + ": expected a NumPy array (.npy), found no such file");
  }

  @Test
  void headersThatMakeNoSense() throws IOException {
    String types = "numbers of type float32 (float16, float64, uint8)";
    assertBad(file(1, header("<i8", "False", "(0,)"), new byte[0]), types, "'<i8'");
    assertBad(file(1, header("|O", "False", "(0,)"), new byte[0]), types, "'|O'");
    assertBad(
        file(1, "{'descr': [('a', '<f4')]}", new byte[0]),
        "a header with descr, fortran_order and shape of a plain array",
        "{'descr': [('a', '<f4')]}");
    for (String shape : new String[] {"(-1,)", "(two,)", "(99999999999,)", "(65536, 65536)"}) {
      assertBad(
          file(1, header("<f4", "False", shape), new byte[0]),
          "a shape of less than 2^31 values",
          shape);
    }
  }
}
