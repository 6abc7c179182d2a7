package org.espalier.lottery;

import java.util.List;
import java.util.Map;
import org.espalier.graphs.ShapedArray;

/**
 * How many weights the masks of different seeds have in common, as a share of those that one keeps;
 * the mean over pairs of seeds.
 *
 * @param shared what they share
 * @param chance what masks share that keep as many weights of each kernel, drawn at random
 */
record MaskOverlap(double shared, double chance) {

  /**
   * Of several seeds.
   *
   * @param masks those of each seed by kernel, of one network; at least two
   */
  static MaskOverlap of(List<Map<String, ShapedArray>> masks) {
    double shared = 0;
    double chance = 0;
    int pairs = 0;
    for (int a = 0; a < masks.size(); a++) {
      for (int b = a + 1; b < masks.size(); b++) {
        MaskOverlap pair = of(masks.get(a), masks.get(b));
        shared += pair.shared;
        chance += pair.chance;
        pairs++;
      }
    }
    return new MaskOverlap(shared / pairs, chance / pairs);
  }

  private static MaskOverlap of(Map<String, ShapedArray> one, Map<String, ShapedArray> other) {
    double kept = 0;
    double shared = 0;
    double chance = 0;
    for (Map.Entry<String, ShapedArray> entry : one.entrySet()) {
      float[] a = entry.getValue().values();
      float[] b = other.get(entry.getKey()).values();
      double ofOne = 0;
      double ofOther = 0;
      for (int i = 0; i < a.length; i++) {
        ofOne += a[i];
        ofOther += b[i];
        shared += a[i] * b[i];
      }
      kept += (ofOne + ofOther) / 2;
      chance += ofOne * ofOther / a.length;
    }
    return new MaskOverlap(shared / kept, chance / kept);
  }
}
