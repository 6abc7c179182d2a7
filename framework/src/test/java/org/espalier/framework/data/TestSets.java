package org.espalier.framework.data;

import java.nio.ByteBuffer;
import org.espalier.graphs.RandomStream;

/** Image sets with random pixels. */
public final class TestSets {
  private TestSets() {}

  public static ImageSet random(int size, int height, int width, int channels, int classes) {
    RandomStream random = RandomStream.of(7, "test-set");
    byte[] pixels = new byte[size * height * width * channels];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = i % classes;
    }
    return new ImageSet("test", height, width, channels, classes, pixels, labels);
  }

  /** Each image carries its own number in its first four bytes, so that it can be recognised. */
  public static ImageSet numbered(int size) {
    ImageSet set = random(size, 2, 2, 1, 5);
    ByteBuffer pixels = ByteBuffer.wrap(set.pixels());
    for (int i = 0; i < size; i++) {
      pixels.putInt(4 * i, i);
    }
    return set;
  }
}
