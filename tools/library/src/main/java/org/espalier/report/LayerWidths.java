package org.espalier.report;

import java.util.List;

/**
 * The channels of one layer, or of a group of layers that is cut together.
 *
 * @param before in the unpruned network
 * @param after left by the cut, one number a seed where each seed has a cut of its own
 */
public record LayerWidths(String layer, int before, List<Integer> after) {
  public LayerWidths {
    after = List.copyOf(after);
  }

  public static LayerWidths of(String layer, int before, int after) {
    return new LayerWidths(layer, before, List.of(after));
  }

  double mean() {
    return after.stream().mapToInt(Integer::intValue).average().orElse(before);
  }

  int least() {
    return after.stream().mapToInt(Integer::intValue).min().orElse(before);
  }

  int most() {
    return after.stream().mapToInt(Integer::intValue).max().orElse(before);
  }
}
