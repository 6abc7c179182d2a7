package org.espalier.graphs.architectures;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Reads the widths of layers as papers write them. */
final class LayerPlan {
  /** Where a max-pool stands instead of a width. */
  static final int POOL = 0;

  private LayerPlan() {}

  /**
   * Reads "14x7 M 16": seven times 14, a max-pool, then 16. Bars mark the stages for the reader.
   */
  static List<Integer> of(String text) {
    List<Integer> widths = new ArrayList<>();
    for (String part : text.replace("|", " ").trim().split("\\s+")) {
      if (part.equals("M")) {
        widths.add(POOL);
        continue;
      }
      String[] times = part.split("x");
      int count = times.length > 1 ? Integer.parseInt(times[1]) : 1;
      widths.addAll(Collections.nCopies(count, Integer.parseInt(times[0])));
    }
    return List.copyOf(widths);
  }
}
