package org.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumbersTest {
  @Test
  void countsHaveFourDigitsAndTheRightPrefix() {
    assertThat(Numbers.count(0)).isEqualTo("0");
    assertThat(Numbers.count(512)).isEqualTo("512");
    assertThat(Numbers.count(999)).isEqualTo("999");
    assertThat(Numbers.count(1000)).isEqualTo("1.000 k");
    assertThat(Numbers.count(14_987_722)).isEqualTo("14.99 M");
    assertThat(Numbers.macs(313_469_440)).isEqualTo("313.5 M MACs");
    assertThat(Numbers.compute(1.2e12)).isEqualTo("1.20 T");
    assertThat(Numbers.compute(7.523e15)).isEqualTo("7.52 P");
  }

  @Test
  void whatRoundsToAThousandTakesTheNextPrefix() {
    assertThat(Numbers.count(999_940)).isEqualTo("999.9 k");
    assertThat(Numbers.count(999_960)).isEqualTo("1.000 M");
    assertThat(Numbers.compute(999.6e9)).isEqualTo("1.00 T");
    assertThat(Numbers.count(9.9996e6)).isEqualTo("10.00 M");
  }

  @Test
  void accuraciesSayTheirSpreadOnlyWhereThereIsOne() {
    assertThat(Numbers.accuracy(0.9341, 0.0012, 3)).isEqualTo("93.41 % ± 0.12");
    assertThat(Numbers.accuracy(0.9341, 0, 1)).isEqualTo("93.41 %");
  }

  @Test
  void changesCarryTheirSign() {
    assertThat(Numbers.change(100, 36)).isEqualTo("−64.0 %");
    assertThat(Numbers.change(100, 112)).isEqualTo("+12.0 %");
    assertThat(Numbers.change(100, 100)).isEqualTo("±0.0 %");
    assertThat(Numbers.change(0, 100)).isEmpty();
    assertThat(Numbers.points(0.9363, 0.9341)).isEqualTo("−0.22 points");
  }

  @Test
  void durationsNameTheirUnits() {
    assertThat(Numbers.duration(0.42)).isEqualTo("0.4 s");
    assertThat(Numbers.duration(9.96)).isEqualTo("10 s");
    assertThat(Numbers.duration(59.6)).isEqualTo("1 min 00 s");
    assertThat(Numbers.duration(200)).isEqualTo("3 min 20 s");
    assertThat(Numbers.duration(7500)).isEqualTo("2 h 05 min");
    assertThat(Numbers.duration(3 * 86_400 + 4 * 3_600)).isEqualTo("3 d 4 h");
  }
}
