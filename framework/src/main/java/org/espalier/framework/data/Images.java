package org.espalier.framework.data;

import org.espalier.graphs.RandomStream;

/**
 * Labelled images of one size: in memory, or streamed from somewhere. Images come in batches, in an
 * order that follows from a seed, and a pass can be begun anywhere, so that a training goes on in
 * the middle of an epoch.
 */
public interface Images {
  /** What messages call them. */
  String name();

  /** Rows of an image. */
  int height();

  /** Columns of an image. */
  int width();

  /** Values of a pixel. */
  int channels();

  /** How many classes the labels tell apart. */
  int classes();

  /** How many images there are. */
  int size();

  /** A digest of all that a result depends on, in hex; computed once. */
  String digest();

  /**
   * The first images of each class, with the class shares of the whole set, in their old order.
   *
   * @param n images to keep, from 1 to {@link #size()}
   */
  Images take(int n);

  /**
   * A random subset with the class shares of the whole set, in the old order.
   *
   * @param n images to keep, from 1 to {@link #size()}
   */
  Images sample(int n, RandomStream random);

  /** How many images each class has. Shape [classes]. */
  int[] classCounts();

  /**
   * A training epoch: every image once, in an order of its own, augmented. The batches depend on
   * the arguments alone.
   *
   * @param batchSize images of a batch, 1 or more; the last one takes what is left
   * @param epoch counted from 0
   * @param from how many images of the epoch are passed over because they were seen before; the
   *     others come out as if they had not been
   */
  Batches training(Augmentation augmentation, int batchSize, long seed, int epoch, int from);

  /** Every image once, in the order of the set, as it is: for evaluation. */
  Batches inOrder(int batchSize);

  /** Bytes of one image. */
  default int imageBytes() {
    return height() * width() * channels();
  }
}
