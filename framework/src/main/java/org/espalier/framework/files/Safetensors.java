package org.espalier.framework.files;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;

/**
 * Weights in the safetensors format: the length of a header as 64 bits, the header in JSON, the
 * values; little-endian. Names keep their order. Only one small buffer is held beside the weights.
 */
public final class Safetensors {
  static final String METADATA = "__metadata__";
  private static final int ALIGNMENT = 8;

  private Safetensors() {}

  /**
   * All that a file holds.
   *
   * @param weights float tensors, as float32
   * @param skipped names of tensors of integers, which are no weights
   */
  public record Content(Weights weights, Map<String, String> metadata, List<String> skipped) {
    public Content {
      metadata = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
      skipped = List.copyOf(skipped);
    }
  }

  /** Writes or replaces a file, as float32. */
  public static void write(Path file, Weights weights, Map<String, String> metadata) {
    byte[] header = header(weights, metadata);
    AtomicFiles.write(
        file,
        out -> {
          writeLength(out, header.length);
          out.write(header);
          for (ShapedArray array : weights.asMap().values()) {
            FloatFile.write(out, array.values());
          }
        });
  }

  /** The float tensors of a file; F16, BF16 and F64 are converted, integers left out. */
  public static Weights read(Path file) {
    return readAll(file).weights();
  }

  /** The strings that the file says of itself. */
  public static Map<String, String> readMetadata(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      return SafetensorsHeader.read(file, channel).metadata();
    } catch (IOException e) {
      throw FileProblems.reading(file, SafetensorsHeader.EXPECTED, e);
    }
  }

  public static Content readAll(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      SafetensorsHeader header = SafetensorsHeader.read(file, channel);
      Map<String, ShapedArray> arrays = new LinkedHashMap<>();
      List<String> skipped = new ArrayList<>();
      for (SafetensorsHeader.Entry e : header.entries()) {
        if (e.type() == null) {
          skipped.add(e.name());
        } else {
          float[] values =
              FloatFile.read(
                  channel,
                  header.dataStart() + e.begin(),
                  Math.toIntExact(e.shape().elements()),
                  e.type(),
                  ByteOrder.LITTLE_ENDIAN);
          arrays.put(e.name(), new ShapedArray(e.shape(), values));
        }
      }
      return new Content(Weights.of(arrays), header.metadata(), skipped);
    } catch (IOException e) {
      throw FileProblems.reading(file, SafetensorsHeader.EXPECTED, e);
    }
  }

  private static byte[] header(Weights weights, Map<String, String> metadata) {
    ObjectNode header = JsonNodeFactory.instance.objectNode();
    if (!metadata.isEmpty()) {
      // In one order: that of Map.of is another in every process, and the same run is the same
      // bytes.
      ObjectNode own = header.putObject(METADATA);
      new TreeMap<>(metadata).forEach(own::put);
    }
    long offset = 0;
    for (Map.Entry<String, ShapedArray> e : weights.asMap().entrySet()) {
      if (e.getKey().equals(METADATA)) {
        throw new BadInputException("a parameter cannot be named '" + METADATA + "'");
      }
      long end = offset + (long) Float.BYTES * e.getValue().values().length;
      ObjectNode entry = header.putObject(e.getKey()).put("dtype", "F32");
      ArrayNode shape = entry.putArray("shape");
      e.getValue().shape().dims().forEach(shape::add);
      entry.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] bytes = Json.line(header);
    int padded = (bytes.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    byte[] aligned = Arrays.copyOf(bytes, padded);
    Arrays.fill(aligned, bytes.length, padded, (byte) ' ');
    return aligned;
  }

  private static void writeLength(OutputStream out, long length) throws IOException {
    out.write(
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
  }
}
