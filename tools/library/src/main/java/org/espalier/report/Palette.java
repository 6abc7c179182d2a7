package org.espalier.report;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A colour number an arm: the known arms look the same in every report. */
record Palette(Map<String, Integer> colors) {
  private static final List<String> KNOWN =
      List.of("unpruned", "pruned", "fine-tuned", "scratch-e", "scratch-b");
  private static final int SIZE = 8;

  static Palette of(Collection<String> arms) {
    Map<String, Integer> colors = new LinkedHashMap<>();
    int next = KNOWN.size();
    for (String arm : arms) {
      if (KNOWN.contains(arm)) {
        colors.put(arm, KNOWN.indexOf(arm));
      } else if (!colors.containsKey(arm)) {
        colors.put(arm, next);
        // The two greys stand for the unpruned and the untrained network alone.
        next = next + 1 < SIZE ? next + 1 : 2;
      }
    }
    return new Palette(colors);
  }

  int of(String arm) {
    return colors.getOrDefault(arm, KNOWN.size());
  }
}
