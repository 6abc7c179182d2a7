package org.espalier.framework.data;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.espalier.framework.files.Sha256;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.RandomStream;

/**
 * Images in memory. Treat the arrays as read-only: they are not copied, because they are large. At
 * most 2 GiB of pixels.
 */
public final class ImageSet implements Images {
  private final String name;
  private final int height;
  private final int width;
  private final int channels;
  private final int classes;
  private final byte[] pixels;
  private final int[] labels;
  private volatile String digest;

  /**
   * Takes images and their labels.
   *
   * @param name what messages call this set
   * @param height rows of an image
   * @param width columns of an image
   * @param channels values of a pixel
   * @param classes number of classes
   * @param pixels unsigned bytes, shape [size, height, width, channels], row-major
   * @param labels the class of each image, 0 to classes - 1
   * @throws BadInputException if the arrays do not fit the sizes or a label is out of range
   */
  public ImageSet(
      String name, int height, int width, int channels, int classes, byte[] pixels, int[] labels) {
    if (height < 1 || width < 1 || channels < 1 || classes < 1) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: expected positive sizes, found %d x %d x %d with %d classes",
              name,
              height,
              width,
              channels,
              classes));
    }
    long expected = (long) labels.length * height * width * channels;
    if (pixels.length != expected) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: expected %d bytes of pixels for %d images of %d x %d x %d, found %d",
              name,
              expected,
              labels.length,
              height,
              width,
              channels,
              pixels.length));
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new BadInputException(
            String.format(
                Locale.ROOT,
                "%s: expected labels from 0 to %d, found %d at image %d",
                name,
                classes - 1,
                labels[i],
                i));
      }
    }
    this.name = name;
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.classes = classes;
    this.pixels = pixels;
    this.labels = labels;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int channels() {
    return channels;
  }

  @Override
  public int classes() {
    return classes;
  }

  /** Unsigned bytes, shape [size, height, width, channels]. */
  public byte[] pixels() {
    return pixels;
  }

  /** The class of each image. */
  public int[] labels() {
    return labels;
  }

  @Override
  public int size() {
    return labels.length;
  }

  /** SHA-256, in hex, of the pixels followed by the labels as big-endian 32-bit integers. */
  @Override
  public String digest() {
    if (digest == null) {
      digest = new Sha256().add(pixels).add(labels).hex();
    }
    return digest;
  }

  /** Epoch k comes out the same whether or not the epochs before it were run. */
  @Override
  public Batches training(
      Augmentation augmentation, int batchSize, long seed, int epoch, int from) {
    String number = Integer.toString(epoch);
    int[] order = RandomStream.of(seed, "shuffle", number).permutation(size());
    RandomStream random = RandomStream.of(seed, "augment", number);
    Augmenter augmenter = new Augmenter(this, augmentation);
    for (int i = 0; i < from; i++) {
      augmenter.skip(random);
    }
    int bytes = imageBytes();
    return new Batches(
        size() - from,
        bytes,
        batchSize,
        (start, batch) -> {
          for (int i = 0; i < batch.size(); i++) {
            int index = order[from + start + i];
            augmenter.write(index, random, batch.images(), i * bytes);
            batch.labels()[i] = labels[index];
          }
        });
  }

  @Override
  public Batches inOrder(int batchSize) {
    int bytes = imageBytes();
    return new Batches(
        size(),
        bytes,
        batchSize,
        (start, batch) -> {
          System.arraycopy(pixels, start * bytes, batch.images(), 0, batch.size() * bytes);
          System.arraycopy(labels, start, batch.labels(), 0, batch.size());
        });
  }

  @Override
  public int[] classCounts() {
    int[] counts = new int[classes];
    for (int label : labels) {
      counts[label]++;
    }
    return counts;
  }

  /** The given images, in the given order. All of them in their order are this set, not a copy. */
  public ImageSet select(int[] indices) {
    if (indices.length == size() && Arrays.equals(indices, IntStream.range(0, size()).toArray())) {
      return this; // of large images, a copy may be a gigabyte
    }
    int bytes = imageBytes();
    byte[] chosen = new byte[Math.multiplyExact(indices.length, bytes)];
    int[] chosenLabels = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(pixels, indices[i] * bytes, chosen, i * bytes, bytes);
      chosenLabels[i] = labels[indices[i]];
    }
    return new ImageSet(name, height, width, channels, classes, chosen, chosenLabels);
  }

  @Override
  public ImageSet take(int n) {
    int[] order = new int[size()];
    Arrays.setAll(order, i -> i);
    return select(Stratifier.choose(this, n, order));
  }

  @Override
  public ImageSet sample(int n, RandomStream random) {
    return select(Stratifier.choose(this, n, random.permutation(size())));
  }

  /**
   * Holds images out at random with the class shares of the whole set, for example as a validation
   * set. Both parts keep the old order.
   *
   * @param heldOut images to hold out, at most {@link #size()}
   */
  public Split split(int heldOut, RandomStream random) {
    int[] held = Stratifier.choose(this, heldOut, random.permutation(size()));
    return new Split(select(Stratifier.others(held, size())), select(held));
  }

  /** The two parts of a set; together they hold each image once. */
  public record Split(ImageSet kept, ImageSet heldOut) {}

  /** Equality of every value, unlike the default of a record. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ImageSet s
        && name.equals(s.name)
        && height == s.height
        && width == s.width
        && channels == s.channels
        && classes == s.classes
        && Arrays.equals(pixels, s.pixels)
        && Arrays.equals(labels, s.labels);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(labels);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s[%d images of %d x %d x %d, %d classes]",
        name,
        size(),
        height,
        width,
        channels,
        classes);
  }
}
