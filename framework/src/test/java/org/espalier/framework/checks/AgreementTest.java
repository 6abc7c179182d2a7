package org.espalier.framework.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.junit.jupiter.api.Test;

class AgreementTest {
  private static ShapedArray row(float... values) {
    return new ShapedArray(Shape.of(1, values.length), values);
  }

  @Test
  void aTenThousandthOfTheLargestIsTheMost() {
    assertThat(new Agreement(1, 10, 0.0009).holds()).isTrue();
    assertThat(new Agreement(1, 10, 0.0011).holds()).isFalse();
    assertThat(new Agreement(1, 0, 0).holds()).isTrue();
    assertThat(new Agreement(1, 0, 1e-9).holds()).isFalse();
    assertThat(new Agreement(1, 10, 0.5).relative()).isEqualTo(0.05);
    assertThat(new Agreement(1, 0, 0.5).relative()).isEqualTo(0.5);
  }

  @Test
  void ofTwoTheOneThatHoldsLessCounts() {
    Agreement good = new Agreement(1, 1000, 1);
    Agreement bad = new Agreement(2, 1, 0.5);
    assertThat(good.or(bad)).isSameAs(bad);
    assertThat(bad.or(good)).isSameAs(bad);
  }

  /** Negative numbers are as large, and a number that grew differs as much as one that shrank. */
  @Test
  void magnitudesAreCompared() {
    for (float found : new float[] {-7, -9}) {
      Agreement a = Agreement.of("t", Map.of("a", row(-8, 1)), Map.of("a", row(found, 1)));
      assertThat(a).isEqualTo(new Agreement(1, 8, 1));
    }
  }

  @Test
  void aLargeOutputHidesNoSmallOne() {
    Map<String, ShapedArray> expected = Map.of("logits", row(1, 2), "pixels", row(255));
    Map<String, ShapedArray> found = Map.of("logits", row(1, 2.01f), "pixels", row(255));
    Agreement a = Agreement.of("t", expected, found);
    assertThat(a.holds()).isFalse();
    assertThat(a.relative()).isCloseTo(0.005, within(1e-6));
    // Of what is next to nothing beside another output, nothing is asked.
    expected = Map.of("rest", row(1e-9f), "logits", row(100));
    found = Map.of("rest", row(2e-9f), "logits", row(100));
    assertThat(Agreement.of("t", expected, found).holds()).isTrue();
  }
}
