package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import org.espalier.graphs.RandomStream;
import org.junit.jupiter.api.Test;

class WidthLadderTest {
  /** The share that goes rises smoothly; where several groups step at once, the first do first. */
  private static int[] byShares(int[] full, ToLongFunction<int[]> cost, double limit) {
    double low = 0;
    double high = Math.nextDown(1.0);
    if (cost.applyAsLong(at(full, low, low, 0)) <= limit) {
      return full;
    }
    for (int i = 0; i < 40; i++) {
      double middle = (low + high) / 2;
      if (cost.applyAsLong(at(full, middle, middle, 0)) <= limit) {
        high = middle;
      } else {
        low = middle;
      }
    }
    int parts = 0;
    while (cost.applyAsLong(at(full, low, high, parts)) > limit) {
      parts++;
    }
    return at(full, low, high, parts);
  }

  private static int[] at(int[] full, double low, double high, int parts) {
    int[] widths = new int[full.length];
    Arrays.setAll(widths, g -> (int) (full[g] * (1 - (g < parts ? high : low))));
    return widths;
  }

  @Test
  void theUniformLadderFindsWhatASmoothShareFinds() {
    RandomStream random = RandomStream.of(1, "ladders");
    int[] sizes = {3, 8, 10, 16, 24, 32, 64, 100};
    for (int trial = 0; trial < 300; trial++) {
      int[] full = new int[1 + random.nextInt(12)];
      long[] weights = new long[full.length];
      for (int g = 0; g < full.length; g++) {
        full[g] = sizes[random.nextInt(sizes.length)];
        weights[g] = 1L + random.nextInt(50);
      }
      ToLongFunction<int[]> cost =
          widths -> {
            long sum = 0;
            for (int g = 0; g < widths.length; g++) {
              sum += weights[g] * widths[g] * widths[(g + 1) % widths.length];
            }
            return sum;
          };
      double limit = random.nextDouble() * cost.applyAsLong(full);
      WidthLadder ladder = WidthLadder.uniform(full);
      int rung = ladder.first(r -> cost.applyAsLong(ladder.at(r)) <= limit);
      assertThat(ladder.at(rung)).containsExactly(byShares(full, cost, limit));
    }
  }

  @Test
  void equalSharesTieAndTheFirstGroupGoesFirst() {
    WidthLadder ladder = WidthLadder.uniform(new int[] {2, 4, 2});
    assertThat(ladder.losers()).containsExactly(0, 1, 2, 1, 0, 1, 2, 1);
    assertThat(ladder.at(3)).containsExactly(1, 3, 1);
    assertThat(ladder.lowest()).isEqualTo(8);
    assertThat(ladder.at(8)).containsOnly(0);
  }

  @Test
  void byScoreTheLowestGoesFirstAndOneStays() {
    List<double[]> scores = List.of(new double[] {3, 1}, new double[] {20, 10, 60});
    assertThat(WidthLadder.byScore(scores, true).losers()).containsExactly(0, 0, 1, 1);
    // Over the means 2 and 30: 1.5, 0.5 and 0.67, 0.33, 2.
    assertThat(WidthLadder.byScore(scores, false).losers()).containsExactly(1, 0, 1, 0);
  }

  /** Such a group has no mean to divide by; what does nothing goes first. */
  @Test
  void aLayerOfZerosGoesFirst() {
    List<double[]> scores = List.of(new double[] {1, 3}, new double[] {0, 0});
    for (boolean comparable : new boolean[] {true, false}) {
      assertThat(WidthLadder.byScore(scores, comparable).losers()).containsExactly(1, 1, 0);
    }
  }

  @Test
  void theHighestRungThatIsLowEnoughIsFound() {
    WidthLadder ladder = WidthLadder.uniform(new int[] {5, 5});
    for (int wanted = 0; wanted <= 10; wanted++) {
      int least = wanted;
      assertThat(ladder.first(r -> r >= least)).isEqualTo(wanted);
    }
    assertThat(ladder.first(r -> false)).isEqualTo(10);
  }
}
