package org.espalier.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.junit.jupiter.api.Test;

class MaskOverlapTest {
  private static ShapedArray mask(float... values) {
    return new ShapedArray(Shape.of(values.length), values);
  }

  /**
   * Of three kept weights each two are shared; chance: 2 x 1 / 4 of one kernel, 1 x 2 / 2 of the
   * other.
   */
  @Test
  void sharesAreCountedKernelByKernel() {
    Map<String, ShapedArray> one = Map.of("a", mask(1, 1, 0, 0), "b", mask(1, 0));
    Map<String, ShapedArray> other = Map.of("a", mask(1, 0, 0, 0), "b", mask(1, 1));
    MaskOverlap overlap = MaskOverlap.of(List.of(one, other));
    assertThat(overlap.shared()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(overlap.chance()).isCloseTo(1.5 / 3, within(1e-12));
    assertThat(MaskOverlap.of(List.of(one, one)).shared()).isEqualTo(1);
    MaskOverlap three = MaskOverlap.of(List.of(one, other, one));
    assertThat(three.shared())
        .as("two pairs of two thirds, one of all")
        .isCloseTo(7 / 9.0, within(1e-12));
  }
}
