package org.espalier.framework.data;

import java.util.Arrays;
import org.espalier.graphs.RandomStream;

/** Writes varied copies of the images of one set. Allocates nothing per image. */
final class Augmenter {
  private final ImageSet set;
  private final Augmentation augmentation;

  Augmenter(ImageSet set, Augmentation augmentation) {
    this.set = set;
    this.augmentation = augmentation;
  }

  /**
   * Draws the row, then the column of the crop, then the flip; what is switched off draws nothing.
   */
  void write(int index, RandomStream random, byte[] to, int toStart) {
    int padding = augmentation.padding();
    int down = padding == 0 ? 0 : random.nextInt(2 * padding + 1) - padding;
    int right = padding == 0 ? 0 : random.nextInt(2 * padding + 1) - padding;
    boolean flip = augmentation.flip() && random.nextBoolean();
    write(index, down, right, flip, to, toStart);
  }

  /** Draws what an image would, and writes nothing. */
  void skip(RandomStream random) {
    if (augmentation.padding() > 0) {
      random.nextInt(2 * augmentation.padding() + 1);
      random.nextInt(2 * augmentation.padding() + 1);
    }
    if (augmentation.flip()) {
      random.nextBoolean();
    }
  }

  /** The crop whose top left corner lies {@code down} and {@code right} of the image's. */
  void write(int index, int down, int right, boolean flip, byte[] to, int toStart) {
    int start = index * set.imageBytes();
    if (down == 0 && right == 0 && !flip) {
      System.arraycopy(set.pixels(), start, to, toStart, set.imageBytes());
      return;
    }
    int rowBytes = set.width() * set.channels();
    boolean beside = Math.abs(right) >= set.width();
    for (int y = 0; y < set.height(); y++) {
      int toRow = toStart + y * rowBytes;
      int fromY = y + down;
      if (beside || fromY < 0 || fromY >= set.height()) {
        Arrays.fill(to, toRow, toRow + rowBytes, (byte) 0);
      } else if (flip) {
        mirroredRow(start + fromY * rowBytes, right, to, toRow);
      } else {
        row(start + fromY * rowBytes, right, to, toRow);
      }
    }
  }

  private void row(int from, int right, byte[] to, int toRow) {
    int channels = set.channels();
    int first = first(right);
    int end = end(right);
    Arrays.fill(to, toRow, toRow + first * channels, (byte) 0);
    System.arraycopy(
        set.pixels(),
        from + (first + right) * channels,
        to,
        toRow + first * channels,
        (end - first) * channels);
    Arrays.fill(to, toRow + end * channels, toRow + set.width() * channels, (byte) 0);
  }

  private void mirroredRow(int from, int right, byte[] to, int toRow) {
    int channels = set.channels();
    int width = set.width();
    byte[] pixels = set.pixels();
    int first = first(right);
    int end = end(right);
    Arrays.fill(to, toRow, toRow + (width - end) * channels, (byte) 0);
    Arrays.fill(to, toRow + (width - first) * channels, toRow + width * channels, (byte) 0);
    int target = toRow + (width - 1 - first) * channels;
    int source = from + (first + right) * channels;
    for (int x = first; x < end; x++, target -= channels) {
      for (int c = 0; c < channels; c++) {
        to[target + c] = pixels[source++];
      }
    }
  }

  /** The first column of the crop that lies on the image. */
  private static int first(int right) {
    return Math.max(0, -right);
  }

  /** One past the last column of the crop that lies on the image. */
  private int end(int right) {
    return Math.min(set.width(), set.width() - right);
  }
}
