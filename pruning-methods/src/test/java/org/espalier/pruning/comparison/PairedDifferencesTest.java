package org.espalier.pruning.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;

class PairedDifferencesTest {
  private static PairedDifferences of(Double... values) {
    return new PairedDifferences(List.of(values), 0);
  }

  private static double p(Double... values) {
    return PairedDifferences.corrected(List.of(of(values))).get(0);
  }

  @Test
  void theHalfWidthIsStudents() {
    assertThat(of(1.0, 2.0, 3.0).halfWidth(1)).isCloseTo(4.302653 / Math.sqrt(3), within(1e-6));
    assertThat(of(1.0, 2.0).halfWidth(1)).isCloseTo(6.353102, within(1e-6));
    PairedDifferences five = of(1.0, 2.0, 3.0, 4.0, 5.0);
    assertThat(five.mean()).isEqualTo(3);
    assertThat(five.halfWidth(1)).isCloseTo(2.776445 / Math.sqrt(2), within(1e-6));
    assertThat(five.halfWidth(5)).as("1 %").isCloseTo(4.604095 / Math.sqrt(2), within(1e-6));
  }

  /** Seeds that agree to the image are not sure of anything smaller. */
  @Test
  void aSpreadIsAtLeastAnImage() {
    assertThat(new PairedDifferences(List.of(0.01, 0.01), 0.002).spread()).isEqualTo(0.002);
    assertThat(of(0.01, 0.01).spread()).isZero();
    assertThat(of(1.0, 2.0, 3.0).spread()).isEqualTo(1);
  }

  /** Of three differences, two of eight choices of signs give a mean as large as 1, 2, 3 do. */
  @Test
  void theExactTestCountsChoicesOfSigns() {
    assertThat(p(1.0, 2.0, 3.0)).isEqualTo(2 / 8.0);
    assertThat(p(-1.0, -2.0, -3.0)).isEqualTo(2 / 8.0);
    assertThat(p(-1.0, 2.0, 3.0)).as("also 1, 2, 3").isEqualTo(4 / 8.0);
    assertThat(p(1.0, -1.0)).isEqualTo(1);
    assertThat(p(1.0, 2.0, 3.0, 4.0, 5.0, 6.0)).isEqualTo(2 / 64.0);
    assertThat(PairedDifferences.smallestP(6)).isEqualTo(2 / 64.0);
    assertThat(p(0.0, 0.0)).isEqualTo(1);
    Double[] rising = new Double[20];
    Arrays.setAll(rising, i -> i + 1.0);
    assertThat(p(rising)).as("all choices of twenty signs").isEqualTo(Math.pow(2, -19));
  }

  /** By the definition: how often the largest of both is as large as either. */
  @Test
  void severalPairsAreCorrectedByTheLargest() {
    List<PairedDifferences> pairs =
        List.of(of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0), of(2.0, -1.0, 2.5, 1.5, 3.0, -0.5));
    List<Double> corrected = PairedDifferences.corrected(pairs);
    double alone = p(2.0, -1.0, 2.5, 1.5, 3.0, -0.5);
    assertThat(corrected.get(0)).isBetween(2 / 64.0, 4 / 64.0);
    assertThat(corrected.get(1)).isGreaterThan(alone);
    PairedDifferences same = pairs.get(0);
    assertThat(PairedDifferences.corrected(List.of(same, same, same)))
        .as("the same thing looked at three times")
        .containsExactly(2 / 64.0, 2 / 64.0, 2 / 64.0);
    assertThatThrownBy(() -> PairedDifferences.corrected(List.of(of(1.0, 2.0), of(1.0, 2.0, 3.0))))
        .isInstanceOf(UsageException.class);
    assertThat(PairedDifferences.corrected(List.of())).isEmpty();
  }

  /** Where nothing is there, one lottery in twenty at most says that something is. */
  @Test
  void chanceIsHeldToFivePercent() {
    RandomStream random = RandomStream.root(5);
    int found = 0;
    int tries = 400;
    for (int i = 0; i < tries; i++) {
      List<PairedDifferences> pairs = new ArrayList<>();
      for (int density = 0; density < 4; density++) {
        List<Double> noise = new ArrayList<>();
        for (int seed = 0; seed < 7; seed++) {
          noise.add(random.nextGaussian());
        }
        pairs.add(new PairedDifferences(noise, 0));
      }
      found += PairedDifferences.corrected(pairs).stream().anyMatch(p -> p <= 0.05) ? 1 : 0;
    }
    assertThat((double) found / tries).isBetween(0.02, 0.08);
  }

  /** Beyond twenty seeds by Student's t, of as many pairs as there are. */
  @Test
  void manySeedsAreReadByStudentsT() {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < 21; i++) {
      values.add(i % 2 == 0 ? 1.0 : -0.5);
    }
    PairedDifferences many = new PairedDifferences(values, 0);
    double alone = PairedDifferences.corrected(List.of(many)).get(0);
    assertThat(alone).isBetween(0.08, 0.12); // t = 0.2857 / 0.7678 * √21 = 1.705, 20 degrees
    assertThat(PairedDifferences.corrected(List.of(many, many)).get(0))
        .isCloseTo(2 * alone, within(1e-12));
  }

  /** A mean of one spread is more than chance with seven: 2.447 / √7 is below 1, 2.571 / √6 not. */
  @Test
  void howManySeedsWouldTell() {
    PairedDifferences one = new PairedDifferences(List.of(0.0, 1.0, 2.0), 0);
    assertThat(one.seedsNeeded()).isEqualTo(OptionalInt.of(7));
    assertThat(of(-1.0, 1.0).seedsNeeded()).isEmpty();
    // Student's quantile for 999 degrees of freedom is 1.96234.
    assertThat(of(0.08777 - 1, 0.08777 + 1).seedsNeeded()).isEqualTo(OptionalInt.of(1000));
    assertThat(of(0.08775 - 1, 0.08775 + 1).seedsNeeded()).as("1,001 are too many").isEmpty();
  }

  @Test
  void oneSeedHasNoSpread() {
    assertThatThrownBy(() -> of(1.0))
        .isInstanceOf(UsageException.class)
        .hasMessage("differences of two seeds at least, found 1");
  }
}
