package org.espalier.framework.evidence;

import java.util.Arrays;
import java.util.BitSet;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.UsageException;

/**
 * Random places of each image's feature maps. They follow from the seed and the number of the image
 * in its sample, so neither batches nor the layer's weights change them.
 *
 * @param count of an image, at least 1; a map that has no more gives all that it has
 */
public record Places(int count, long seed) {
  public Places {
    if (count < 1) {
      throw new UsageException("positions must be at least 1 of each image, found " + count);
    }
  }

  /** How many places of a map with so many are looked at. */
  public int of(int all) {
    return Math.min(count, all);
  }

  /**
   * Different places, ascending.
   *
   * @param all how many places a map has
   */
  int[] of(int image, int all) {
    int[] places = new int[of(all)];
    if (places.length == all) {
      Arrays.setAll(places, i -> i);
      return places;
    }
    // Floyd's way to draw without putting back: every subset is as likely.
    RandomStream random = RandomStream.of(seed, "places", Integer.toString(image));
    BitSet drawn = new BitSet(all);
    for (int last = all - places.length; last < all; last++) {
      int place = random.nextInt(last + 1);
      drawn.set(drawn.get(place) ? last : place);
    }
    return drawn.stream().toArray();
  }
}
