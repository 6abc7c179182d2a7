package org.espalier.framework.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256, the one digest of the house. Numbers go through a small buffer, whatever their count.
 */
public final class Sha256 {
  private static final int BUFFER = 1 << 16;

  private final MessageDigest digest;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);

  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  public Sha256 add(byte[] bytes) {
    digest.update(bytes);
    return this;
  }

  /** A text in UTF-8 and a zero behind it, so that "ab", "c" and "a", "bc" differ. */
  public Sha256 add(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    return this;
  }

  /** The bits of the numbers, little-endian. */
  public Sha256 add(float[] values) {
    buffer.order(ByteOrder.LITTLE_ENDIAN);
    int count;
    for (int from = 0; from < values.length; from += count) { // never beyond the largest int
      count = Math.min(BUFFER / Float.BYTES, values.length - from);
      buffer.clear();
      buffer.asFloatBuffer().put(values, from, count);
      digest.update(buffer.limit(count * Float.BYTES));
    }
    return this;
  }

  /** 32-bit integers, big-endian. */
  public Sha256 add(int[] values) {
    buffer.order(ByteOrder.BIG_ENDIAN);
    int count;
    for (int from = 0; from < values.length; from += count) {
      count = Math.min(BUFFER / Integer.BYTES, values.length - from);
      buffer.clear();
      buffer.asIntBuffer().put(values, from, count);
      digest.update(buffer.limit(count * Integer.BYTES));
    }
    return this;
  }

  /** Takes what is written to it. */
  public OutputStream sink() {
    return new OutputStream() {
      @Override
      public void write(int b) {
        digest.update((byte) b);
      }

      @Override
      public void write(byte[] bytes, int from, int count) {
        digest.update(bytes, from, count);
      }
    };
  }

  /** All that a stream holds. */
  public Sha256 add(InputStream in) throws IOException {
    byte[] bytes = new byte[BUFFER];
    for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
      digest.update(bytes, 0, n);
    }
    return this;
  }

  /** The digest as bytes. Ends it. */
  public byte[] bytes() {
    return digest.digest();
  }

  /** The digest as 64 hexadecimal digits. Ends it. */
  public String hex() {
    return HexFormat.of().formatHex(bytes());
  }
}
