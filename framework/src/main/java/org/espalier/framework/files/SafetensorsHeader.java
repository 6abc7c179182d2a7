package org.espalier.framework.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Shape;

/**
 * What a safetensors file says it holds, checked: types and shapes are known, and the tensors fill
 * the data without gaps and overlaps.
 *
 * @param dataStart the position of the first value in the file
 */
record SafetensorsHeader(List<Entry> entries, Map<String, String> metadata, long dataStart) {
  static final String EXPECTED = "a safetensors file";

  /** The limit of the reference implementation. */
  private static final long LONGEST = 100_000_000;

  private static final Map<String, ElementType> FLOATS =
      Map.of(
          "F16", ElementType.F16,
          "BF16", ElementType.BF16,
          "F32", ElementType.F32,
          "F64", ElementType.F64);
  private static final Map<String, Integer> INTEGERS =
      Map.of(
          "BOOL", 1, "U8", 1, "I8", 1, "U16", 2, "I16", 2, "U32", 4, "I32", 4, "U64", 8, "I64", 8);

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * One tensor.
   *
   * @param type null for integers, which are no weights
   * @param begin first byte, counted from the start of the data
   */
  record Entry(String name, ElementType type, Shape shape, long begin, long end) {}

  static SafetensorsHeader read(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < Long.BYTES) {
      throw bad(file, "safetensors, with a header of at least 8 bytes", size + " bytes");
    }
    ByteBuffer first = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long length = FloatFile.fill(channel, 0, first).getLong();
    if (length < 2 || length > LONGEST || length > size - Long.BYTES) {
      throw bad(
          file,
          "a header of 2 to " + Math.min(LONGEST, size - Long.BYTES) + " bytes",
          "one of " + Long.toUnsignedString(length) + " (truncated, or another format)");
    }
    byte[] text = new byte[(int) length];
    FloatFile.fill(channel, Long.BYTES, ByteBuffer.wrap(text));
    long start = Long.BYTES + length;
    return parse(file, json(file, text), start, size - start);
  }

  private static JsonNode json(Path file, byte[] text) throws IOException {
    try {
      JsonNode tree = JSON.readTree(text);
      if (!tree.isObject()) {
        throw bad(file, "a JSON object as header", "other JSON");
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw bad(file, "a header in JSON", e.getOriginalMessage());
    }
  }

  private static SafetensorsHeader parse(Path file, JsonNode header, long start, long bytes) {
    List<Entry> entries = new ArrayList<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : header.properties()) {
      if (field.getKey().equals(Safetensors.METADATA)) {
        field.getValue().properties().forEach(m -> metadata.put(m.getKey(), m.getValue().asText()));
      } else {
        entries.add(entry(file, field.getKey(), field.getValue(), bytes));
      }
    }
    checkFilled(file, entries, bytes);
    return new SafetensorsHeader(entries, metadata, start);
  }

  private static Entry entry(Path file, String name, JsonNode json, long bytes) {
    String what = "tensor '" + name + "'";
    String type = json.path("dtype").asText("no dtype");
    ElementType floats = FLOATS.get(type);
    if (floats == null && !INTEGERS.containsKey(type)) {
      throw bad(file, what + " of a known type (F32, F16, BF16, F64 or integers)", type);
    }
    Shape shape = shape(file, what, json.path("shape"));
    JsonNode offsets = json.path("data_offsets");
    if (offsets.size() != 2
        || !offsets.get(0).isIntegralNumber()
        || !offsets.get(1).isIntegralNumber()) {
      throw bad(file, what + " with data_offsets [begin, end]", offsets.toString());
    }
    long begin = offsets.get(0).asLong();
    long end = offsets.get(1).asLong();
    if (begin < 0 || end < begin || end > bytes) {
      throw bad(
          file,
          what + " within the " + bytes + " bytes of data",
          "bytes " + begin + " to " + end + " (truncated?)");
    }
    long width = floats == null ? INTEGERS.get(type) : floats.size();
    if (width * shape.elements() != end - begin) {
      throw bad(
          file,
          what
              + " of shape "
              + shape
              + " and type "
              + type
              + " in "
              + shape.elements()
              + " x "
              + width
              + " bytes",
          (end - begin) + " bytes");
    }
    return new Entry(name, floats, shape, begin, end);
  }

  private static Shape shape(Path file, String what, JsonNode json) {
    List<Integer> dims = new ArrayList<>();
    boolean valid = json.isArray();
    for (JsonNode dim : json) {
      valid &= dim.isInt() && dim.asInt() >= 0;
      dims.add(dim.asInt());
    }
    if (valid) {
      try {
        return FloatFile.requireSmall(new Shape(dims));
      } catch (ArithmeticException e) {
        valid = false;
      }
    }
    throw bad(file, what + " with a shape of less than 2^31 values", json.toString());
  }

  private static void checkFilled(Path file, List<Entry> entries, long bytes) {
    long at = 0;
    String before = "the start";
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    for (Entry e : sorted) {
      if (e.begin() != at) {
        throw bad(
            file,
            "tensor '" + e.name() + "' at byte " + at + ", right after " + before,
            "byte " + e.begin() + (e.begin() < at ? " (they overlap)" : " (a gap)"));
      }
      at = e.end();
      before = "'" + e.name() + "'";
    }
    if (at != bytes) {
      throw bad(file, at + " bytes of data", bytes + " bytes");
    }
  }

  private static BadInputException bad(Path file, String expected, String found) {
    return new BadInputException(
        String.format(Locale.ROOT, "%s: expected %s, found %s", file, expected, found));
  }
}
