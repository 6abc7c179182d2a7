package org.espalier.framework.data;

/**
 * Some images and their labels. The arrays are used again for later batches: copy what must live
 * longer than the next call of {@link Batches#next()}.
 */
public final class Batch {
  private final byte[] images;
  private final int[] labels;

  Batch(int size, int imageBytes) {
    images = new byte[Math.multiplyExact(size, imageBytes)];
    labels = new int[size];
  }

  /** Unsigned bytes, shape [size, height, width, channels]; exactly that long. */
  public byte[] images() {
    return images;
  }

  /** Shape [size]. */
  public int[] labels() {
    return labels;
  }

  public int size() {
    return labels.length;
  }
}
