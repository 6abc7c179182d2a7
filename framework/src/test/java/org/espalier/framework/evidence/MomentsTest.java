package org.espalier.framework.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.espalier.framework.sessions.Machine;
import org.espalier.graphs.RandomStream;
import org.junit.jupiter.api.Test;

/** Sums of products are those of a plain loop, however the rows come. */
class MomentsTest {
  private static final Machine ONE = Machine.threads(1);

  private static float[] random(int count, long seed) {
    RandomStream random = RandomStream.root(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double sum(float[] a, int columnsA, int i, float[] b, int columnsB, int j) {
    double sum = 0;
    for (int r = 0; r < a.length / columnsA; r++) {
      sum += (double) a[r * columnsA + i] * b[r * columnsB + j];
    }
    return sum;
  }

  private static void holds(int rows, int inputs, int outputs) {
    float[] x = random(rows * inputs, 1);
    float[] y = random(rows * outputs, 2);
    float[] ones = new float[rows];
    Arrays.fill(ones, 1f);
    try (Moments moments = new Moments(inputs, outputs, ONE)) {
      moments.add(x, y, rows);
      assertThat(moments.rows()).isEqualTo(rows);
      // Some of each block of columns.
      int step = Math.max(1, inputs / 9);
      for (int i = 0; i < inputs; i += step) {
        for (int j = 0; j < inputs; j += step) {
          assertThat(moments.inputProducts()[i * inputs + j])
              .isCloseTo(sum(x, inputs, i, x, inputs, j), within(1e-10 * rows));
        }
        for (int o = 0; o < outputs; o++) {
          assertThat(moments.crossProducts()[i * outputs + o])
              .isCloseTo(sum(x, inputs, i, y, outputs, o), within(1e-10 * rows));
        }
        assertThat(moments.inputSums()[i])
            .isCloseTo(sum(x, inputs, i, ones, 1, 0), within(1e-10 * rows));
      }
      for (int o = 0; o < outputs; o++) {
        assertThat(moments.outputSums()[o])
            .isCloseTo(sum(y, outputs, o, ones, 1, 0), within(1e-10 * rows));
        assertThat(moments.outputSquares()[o])
            .isCloseTo(sum(y, outputs, o, y, outputs, o), within(1e-10 * rows));
      }
    }
  }

  @Test
  void theyAreThoseOfAPlainLoop() {
    holds(5, 3, 2);
    holds(4100, 7, 0); // more rows than are multiplied at once
    holds(9, 2100, 3); // three blocks of columns
  }

  @Test
  void howRowsAreHandedInChangesNothing() {
    float[] x = random(3000 * 4, 1);
    float[] y = random(3000 * 2, 2);
    try (Moments whole = new Moments(4, 2, ONE);
        Moments parts = new Moments(4, 2, ONE)) {
      whole.add(x, y, 3000);
      for (int from = 0; from < 3000; from += 7) {
        int count = Math.min(7, 3000 - from);
        parts.add(
            Arrays.copyOfRange(x, from * 4, (from + count) * 4),
            Arrays.copyOfRange(y, from * 2, (from + count) * 2),
            count);
      }
      assertThat(parts.rows()).isEqualTo(3000);
      assertThat(parts.inputProducts()).containsExactly(whole.inputProducts());
      assertThat(parts.crossProducts()).containsExactly(whole.crossProducts());
      assertThat(parts.inputSums()).containsExactly(whole.inputSums());
      assertThat(parts.outputSquares()).containsExactly(whole.outputSquares());
    }
  }

  @Test
  void rowsThatDoNotFitAreRefused() {
    try (Moments moments = new Moments(4, 2, ONE)) {
      assertThatThrownBy(() -> moments.add(new float[8], new float[3], 2))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
