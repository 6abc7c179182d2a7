package org.espalier.framework.files;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import org.espalier.graphs.Shape;

/** Moves numbers between files and arrays through a small buffer. */
final class FloatFile {
  private static final int BUFFER = 1 << 20;

  private FloatFile() {}

  /**
   * The shape, if a Java array can hold so many values.
   *
   * @throws ArithmeticException if not
   */
  static Shape requireSmall(Shape shape) {
    if (shape.elements() > Integer.MAX_VALUE - 8) {
      throw new ArithmeticException("too many values");
    }
    return shape;
  }

  /** Fills the buffer from a position of the file. */
  static ByteBuffer fill(FileChannel channel, long position, ByteBuffer buffer) throws IOException {
    long at = position;
    while (buffer.hasRemaining()) {
      int n = channel.read(buffer, at);
      if (n < 0) {
        throw new EOFException();
      }
      at += n;
    }
    return buffer.flip();
  }

  /** Reads numbers that begin at a position of the file. */
  static float[] read(
      FileChannel channel, long position, int count, ElementType type, ByteOrder order)
      throws IOException {
    float[] values = new float[count];
    int step = Math.min(count, BUFFER / type.size());
    ByteBuffer buffer = ByteBuffer.allocate(step * type.size()).order(order);
    int now;
    for (int done = 0; done < count; done += now) { // never beyond the largest int
      now = Math.min(step, count - done);
      buffer.clear().limit(now * type.size());
      fill(channel, position + (long) done * type.size(), buffer);
      type.read(buffer, values, done, now);
    }
    return values;
  }

  /** Writes float32, little-endian. */
  static void write(OutputStream out, float[] values) throws IOException {
    int step = Math.min(values.length, BUFFER / Float.BYTES);
    ByteBuffer buffer = ByteBuffer.allocate(step * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int now;
    for (int done = 0; done < values.length; done += now) {
      now = Math.min(step, values.length - done);
      buffer.asFloatBuffer().put(values, done, now);
      out.write(buffer.array(), 0, now * Float.BYTES);
    }
  }
}
