package org.espalier.framework.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  @TempDir Path folder;

  private Path file(String header, byte... data) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return raw(text.length, text, data);
  }

  private Path raw(long length, byte[] text, byte[] data) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(length).put(text).put(data);
    return Files.write(folder.resolve("file"), bytes.array());
  }

  private static void assertBad(Path file, String expected, String found) {
    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessage(file + ": expected " + expected + ", found " + found);
  }

  private static String entry(String name, String type, String shape, long begin, long end) {
    return String.format(
        Locale.ROOT,
        "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
        name,
        type,
        shape,
        begin,
        end);
  }

  private static ShapedArray random(int... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[(int) shape.elements()];
    Random random = new Random(values.length);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new ShapedArray(shape, values);
  }

  @Test
  void whatIsWrittenComesBackInOrder() {
    Map<String, ShapedArray> arrays = new LinkedHashMap<>();
    arrays.put("z/kernel", random(3, 3, 64, 600)); // more than a buffer
    arrays.put("a/\"ünïcode\"", random(7));
    arrays.put("scalar", ShapedArray.scalar(Float.MIN_VALUE));
    arrays.put("empty", random(4, 0));
    arrays.put("odd", ShapedArray.filled(Shape.of(1), Float.NaN));
    Weights weights = Weights.of(arrays);
    Map<String, String> metadata = Map.of("network", "vgg16", "seed", "1");
    Path file = folder.resolve("w.safetensors");
    Safetensors.write(file, weights, metadata);
    Safetensors.Content content = Safetensors.readAll(file);
    assertThat(content.weights()).isEqualTo(weights);
    assertThat(content.weights().names()).containsExactlyElementsOf(weights.names());
    assertThat(content.metadata()).isEqualTo(metadata).isEqualTo(Safetensors.readMetadata(file));
    assertThat(content.skipped()).isEmpty();
    Safetensors.write(file, Weights.empty(), Map.of());
    assertThat(Safetensors.read(file)).isEqualTo(Weights.empty());
  }

  /** The order of {@code Map.of} is another in every process. */
  @Test
  void theOrderOfMetadataChangesNoByte() throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>();
    List<String> names = List.of("format", "digest", "seed");
    names.forEach(name -> metadata.put(name, "1"));
    Map<String, String> turned = new LinkedHashMap<>();
    names.stream().sorted().forEach(name -> turned.put(name, "1"));
    Path one = folder.resolve("one");
    Path other = folder.resolve("other");
    Safetensors.write(one, Weights.empty(), metadata);
    Safetensors.write(other, Weights.empty(), turned);
    assertThat(one).hasSameBinaryContentAs(other);
  }

  @Test
  void everyHalfComesBackAsTheReferenceReadsIt() {
    assertThat(ElementType.half((short) 0x3c00)).isEqualTo(1f);
    assertThat(ElementType.half((short) 0xc000)).isEqualTo(-2f);
    assertThat(ElementType.half((short) 0x7bff)).isEqualTo(65504f);
    assertThat(ElementType.half((short) 0x0001)).isEqualTo(5.9604645e-8f);
    assertThat(ElementType.half((short) 0x0400)).isEqualTo(6.1035156e-5f);
    assertThat(ElementType.half((short) 0x3555)).isEqualTo(0.33325195f);
    assertThat(ElementType.half((short) 0xfc00)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(ElementType.half((short) 0x7e00)).isNaN();
    assertThat(1 / ElementType.half((short) 0x8000)).isEqualTo(Float.NEGATIVE_INFINITY);
  }

  @Test
  void otherFloatsAreConvertedAndIntegersSkipped() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
    data.putLong(7).putDouble(0.1).putShort((short) 0x3fc0).putShort((short) 0x3e00);
    String header =
        "{"
            + String.join(
                ",",
                entry("f16", "F16", "[1]", 18, 20),
                entry("num_batches_tracked", "I64", "[]", 0, 8),
                entry("bf16", "BF16", "[1,1]", 16, 18),
                entry("f64", "F64", "[]", 8, 16))
            + "}   ";
    Safetensors.Content content = Safetensors.readAll(file(header, data.array()));
    assertThat(content.skipped()).containsExactly("num_batches_tracked");
    assertThat(content.weights().names()).containsExactly("f16", "bf16", "f64");
    assertThat(content.weights().get("f16").values()).containsExactly(1.5f);
    assertThat(content.weights().get("bf16")).isEqualTo(ShapedArray.filled(Shape.of(1, 1), 1.5f));
    assertThat(content.weights().get("f64")).isEqualTo(ShapedArray.scalar(0.1f));
  }

  @Test
  void noFileAndNoHeader() throws IOException {
    assertThatThrownBy(() -> Safetensors.read(folder.resolve("none")))
        .isInstanceOf(BadInputException.class)
        .hasMessage(folder.resolve("none") + ": expected a safetensors file, found no such file");
    Path shortFile = Files.write(folder.resolve("short"), new byte[5]);
    assertBad(shortFile, "safetensors, with a header of at least 8 bytes", "5 bytes");
    assertBad(
        raw(100, "{}".getBytes(StandardCharsets.UTF_8), new byte[0]),
        "a header of 2 to 2 bytes",
        "one of 100 (truncated, or another format)");
    assertBad(
        raw(-1, "{}".getBytes(StandardCharsets.UTF_8), new byte[0]),
        "a header of 2 to 2 bytes",
        "one of 18446744073709551615 (truncated, or another format)");
    assertBad(file("[1]"), "a JSON object as header", "other JSON");
    assertThatThrownBy(() -> Safetensors.read(file("{nothing}")))
        .hasMessageContaining("file: expected a header in JSON, found Unexpected character");
    assertThatThrownBy(() -> Safetensors.read(file("{} {}")))
        .hasMessageContaining("file: expected a header in JSON, found Trailing token");
  }

  @Test
  void oneNameTwice() {
    String header = "{" + entry("a", "F32", "[1]", 0, 4) + "," + entry("a", "F32", "[1]", 4, 8);
    assertThatThrownBy(() -> Safetensors.read(file(header + "}", new byte[8])))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("file: expected a header in JSON, found Duplicate field 'a'");
  }

  @Test
  void tensorsThatDoNotFillTheData() throws IOException {
    String a = entry("a", "F32", "[2]", 0, 8);
    assertBad(
        file("{" + a + "}", new byte[7]),
        "tensor 'a' within the 7 bytes of data",
        "bytes 0 to 8 (truncated?)");
    assertBad(file("{" + a + "}", new byte[9]), "8 bytes of data", "9 bytes");
    assertBad(
        file("{" + entry("b", "F32", "[1]", 4, 8) + "," + a + "}", new byte[8]),
        "tensor 'b' at byte 8, right after 'a'",
        "byte 4 (they overlap)");
    assertBad(
        file("{" + a + "," + entry("b", "F32", "[1]", 12, 16) + "}", new byte[16]),
        "tensor 'b' at byte 8, right after 'a'",
        "byte 12 (a gap)");
    assertBad(
        file("{" + entry("a", "F32", "[1]", -4, 0) + "}", new byte[4]),
        "tensor 'a' within the 4 bytes of data",
        "bytes -4 to 0 (truncated?)");
    assertBad(
        file("{" + entry("a", "F32", "[1]", 4, 0) + "}", new byte[4]),
        "tensor 'a' within the 4 bytes of data",
        "bytes 4 to 0 (truncated?)");
  }

  @Test
  void tensorsThatMakeNoSense() throws IOException {
    assertBad(
        file("{" + entry("a", "F32", "[3]", 0, 8) + "}", new byte[8]),
        "tensor 'a' of shape [3] and type F32 in 3 x 4 bytes",
        "8 bytes");
    assertBad(
        file("{" + entry("a", "F8_E4M3", "[8]", 0, 8) + "}", new byte[8]),
        "tensor 'a' of a known type (F32, F16, BF16, F64 or integers)",
        "F8_E4M3");
    for (String shape :
        new String[] {"[-1]", "[2.5]", "[65536,65536,65536,65536]", "[3000000000]"}) {
      assertBad(
          file("{" + entry("a", "F32", shape, 0, 8) + "}", new byte[8]),
          "tensor 'a' with a shape of less than 2^31 values",
          shape);
    }
    assertBad(
        file("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}", new byte[8]),
        "tensor 'a' with data_offsets [begin, end]",
        "[0]");
    assertBad(
        file("{\"a\":5}", new byte[8]),
        "tensor 'a' of a known type (F32, F16, BF16, F64 or integers)",
        "no dtype");
  }
}
