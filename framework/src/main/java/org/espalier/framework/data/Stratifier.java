package org.espalier.framework.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.IntStream;
import org.espalier.graphs.UsageException;

/** Picks images so that each class keeps its share. */
final class Stratifier {
  private Stratifier() {}

  /**
   * Walks through {@code order} and keeps an image while its class has places left.
   *
   * @return n indices, ascending
   */
  static int[] choose(ImageSet set, int n, int[] order) {
    if (n < 0 || n > set.size()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "%s: expected a subset of 0 to %d images, found %d",
              set.name(),
              set.size(),
              n));
    }
    int[] places = places(set.classCounts(), n);
    int[] chosen = new int[n];
    int count = 0;
    for (int index : order) {
      if (places[set.labels()[index]]-- > 0) {
        chosen[count++] = index;
      }
    }
    Arrays.sort(chosen);
    return chosen;
  }

  /** The indices below {@code size} that are not in {@code chosen}, ascending. */
  static int[] others(int[] chosen, int size) {
    boolean[] taken = new boolean[size];
    for (int index : chosen) {
      taken[index] = true;
    }
    return IntStream.range(0, size).filter(i -> !taken[i]).toArray();
  }

  /** n places shared out in proportion to the counts; the largest remainders get the rest. */
  private static int[] places(int[] counts, int n) {
    long total = Arrays.stream(counts).asLongStream().sum();
    int[] places = new int[counts.length];
    if (total == 0) {
      return places;
    }
    int left = n;
    for (int c = 0; c < counts.length; c++) {
      places[c] = (int) ((long) n * counts[c] / total);
      left -= places[c];
    }
    IntStream.range(0, counts.length)
        .boxed()
        .sorted(Comparator.comparingLong(c -> -((long) n * counts[c] % total)))
        .limit(left)
        .forEach(c -> places[c]++);
    return places;
  }
}
