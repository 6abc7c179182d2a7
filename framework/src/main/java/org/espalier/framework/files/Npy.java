package org.espalier.framework.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;

/** One array in a file of NumPy's format ({@code .npy}). */
public final class Npy {
  private static final String EXPECTED = "a NumPy array (.npy)";
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int ALIGNMENT = 64;

  private Npy() {}

  /**
   * Reads an array of float32; float16, float64 and uint8 are converted, and so is an array in
   * Fortran's order.
   *
   * @throws BadInputException if the file is none, or is damaged
   */
  public static ShapedArray readFloats(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      byte[] start = bytes(channel, 0, (int) Math.min(size, 12));
      if (start.length < 10 || !java.util.Arrays.equals(MAGIC, 0, 6, start, 0, 6)) {
        throw bad(file, EXPECTED, "another format");
      }
      int version = start[6];
      if (version < 1 || version > 3) {
        throw bad(file, "version 1, 2 or 3 of the .npy format", "version " + version);
      }
      ByteBuffer lengths = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
      int before = version == 1 ? 10 : 12;
      long length =
          version == 1
              ? lengths.getShort(8) & 0xffff
              : start.length < 12 ? size : lengths.getInt(8) & 0xffffffffL;
      if (before + length > size) {
        throw bad(file, "a header of " + length + " bytes", "the end of the file (truncated)");
      }
      String text = new String(bytes(channel, before, (int) length), StandardCharsets.UTF_8);
      NpyHeader header = NpyHeader.parse(file, text);
      return read(file, channel, header, before + length, size);
    } catch (IOException e) {
      throw FileProblems.reading(file, EXPECTED, e);
    }
  }

  /** Writes or replaces a file: float32, version 1 of the format. */
  public static void write(Path file, ShapedArray array) {
    AtomicFiles.write(file, out -> write(out, array));
  }

  static void write(OutputStream out, ShapedArray array) throws IOException {
    Shape shape = array.shape();
    String dims = shape.dims().stream().map(String::valueOf).collect(Collectors.joining(", "));
    String header =
        String.format(
            Locale.ROOT,
            "{'descr': '<f4', 'fortran_order': False, 'shape': (%s%s), }",
            dims,
            shape.rank() == 1 ? "," : "");
    int before = MAGIC.length + 4;
    int padded = (before + header.length() + ALIGNMENT) / ALIGNMENT * ALIGNMENT - before;
    ByteBuffer start =
        ByteBuffer.allocate(before + padded)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(MAGIC)
            .put(new byte[] {1, 0})
            .putShort((short) padded)
            .put(
                (header + " ".repeat(padded - 1 - header.length()) + "\n")
                    .getBytes(StandardCharsets.US_ASCII));
    out.write(start.array());
    FloatFile.write(out, array.values());
  }

  private static ShapedArray read(
      Path file, FileChannel channel, NpyHeader header, long start, long size) throws IOException {
    long count = header.shape().elements();
    long found = size - start;
    if (count * header.type().size() != found) {
      throw bad(
          file,
          String.format(
              Locale.ROOT,
              "%d values of %d bytes (shape %s)",
              count,
              header.type().size(),
              header.shape()),
          found + " bytes");
    }
    float[] values = FloatFile.read(channel, start, (int) count, header.type(), header.order());
    return header.fortran()
        ? fromFortran(header.shape(), values)
        : new ShapedArray(header.shape(), values);
  }

  /** From the order in which the first index runs fastest to the one in which the last does. */
  private static ShapedArray fromFortran(Shape shape, float[] values) {
    int rank = shape.rank();
    int[] strides = new int[rank];
    int stride = 1;
    for (int a = 0; a < rank; a++) {
      strides[a] = stride;
      stride *= shape.dim(a);
    }
    float[] ordered = new float[values.length];
    int[] index = new int[rank];
    int from = 0;
    for (int to = 0; to < ordered.length; to++) {
      ordered[to] = values[from];
      for (int a = rank - 1; a >= 0; a--) {
        from += strides[a];
        if (++index[a] < shape.dim(a)) {
          break;
        }
        from -= strides[a] * index[a];
        index[a] = 0;
      }
    }
    return new ShapedArray(shape, ordered);
  }

  private static byte[] bytes(FileChannel channel, long position, int count) throws IOException {
    byte[] bytes = new byte[count];
    FloatFile.fill(channel, position, ByteBuffer.wrap(bytes));
    return bytes;
  }

  static BadInputException bad(Path file, String expected, String found) {
    return new BadInputException(
        String.format(Locale.ROOT, "%s: expected %s, found %s", file, expected, found));
  }
}
