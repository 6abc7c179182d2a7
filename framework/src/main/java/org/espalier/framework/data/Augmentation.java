package org.espalier.framework.data;

import org.espalier.graphs.UsageException;

/**
 * How a training image is varied each time it is seen: padded with zero bytes on all sides, cropped
 * back to its size at a random place, and mirrored left to right with probability 1/2. The padding
 * is raw pixel value 0, put there before normalising.
 *
 * @param padding rows and columns of zeros on each side, 0 or more; 0 means no crop
 * @param flip whether images are mirrored
 */
public record Augmentation(int padding, boolean flip) {
  /** Images as they are. */
  public static final Augmentation NONE = new Augmentation(0, false);

  /** Pad by 4, crop, flip: what the small-image experiments use. */
  public static final Augmentation STANDARD = new Augmentation(4, true);

  /** The largest padding; more would leave hardly any image. */
  static final int MAX_PADDING = 1024;

  public Augmentation {
    if (padding < 0 || padding > MAX_PADDING) {
      throw new UsageException(
          "augmentation: expected a padding from 0 to " + MAX_PADDING + ", found " + padding);
    }
  }
}
