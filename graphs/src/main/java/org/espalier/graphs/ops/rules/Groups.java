package org.espalier.graphs.ops.rules;

import java.util.Arrays;
import org.espalier.graphs.ops.Links;

/** Channels of layers that work in groups, each on a part of what it reads. */
final class Groups {
  private Groups() {}

  /**
   * All groups keep the same channels, so that they stay equally wide.
   *
   * @return the channels of the first group; null if nothing is known of them
   */
  static int[] tie(Links links, int[] labels, int groups) {
    if (labels == null) {
      return null;
    }
    int width = labels.length / groups;
    int[] first = Arrays.copyOf(labels, width);
    for (int g = 1; g < groups; g++) {
      links.tie(first, Arrays.copyOfRange(labels, g * width, (g + 1) * width));
    }
    return first;
  }

  /**
   * The channels of each group that has one, where all that belongs to a group goes with it.
   *
   * @param labels those of all groups, one after the other
   */
  static int[] oneForEach(Links links, int[] labels, int groups) {
    if (labels == null) {
      return null;
    }
    int width = labels.length / groups;
    int[] first = new int[groups];
    Arrays.setAll(first, g -> labels[g * width]);
    for (int w = 1; w < width; w++) {
      int offset = w;
      int[] each = new int[groups];
      Arrays.setAll(each, g -> labels[g * width + offset]);
      links.tie(first, each);
    }
    return first;
  }

  /** The same channels in every group. */
  static int[] repeated(int[] labels, int groups) {
    if (labels == null) {
      return null;
    }
    int[] all = new int[Math.multiplyExact(labels.length, groups)];
    Arrays.setAll(all, i -> labels[i % labels.length]);
    return all;
  }
}
