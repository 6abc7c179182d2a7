package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.espalier.graphs.Network;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AmountTest {
  @ParameterizedTest
  @ValueSource(doubles = {1, 1.5, -0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void aRatioIsBelowOne(double ratio) {
    assertThatThrownBy(() -> Amount.ratio(ratio))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "ratio must be at least 0 and below 1 (the share of channels to remove), found "
                + ratio);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void aTargetIsAboveZero(double target) {
    assertThatThrownBy(() -> Amount.macs(target))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "target-macs must be above 0 (a fraction of the MACs that remain, or a number of them),"
                + " found "
                + target);
    assertThatThrownBy(() -> Amount.parameters(target))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "target-parameters must be above 0 (a fraction of the parameters that remain, or a number"
                + " of them), found "
                + target);
  }

  @Test
  void exactlyOneSaysHowMuch() {
    assertThatThrownBy(() -> settings(Optional.empty(), Optional.empty(), Optional.empty()))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "give exactly one of preset, ratio, target-macs and target-parameters; found none");
    assertThatThrownBy(() -> settings(Optional.of("p"), Optional.of(0.5), Optional.empty()))
        .isInstanceOf(UsageException.class)
        .hasMessageEndingWith("found preset and ratio");
  }

  @Test
  void floorsAndMultiplesArePositive() {
    assertThatThrownBy(() -> Amount.ratio(0.5).with(l -> l.floor(0)))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("floor must be at least 1");
    assertThatThrownBy(() -> Amount.ratio(0.5).with(l -> l.roundTo(0)))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("round-to must be at least 1");
  }

  @Test
  void theCutRemembersThem() {
    Amount settings = Amount.ratio(0.25).with(l -> l.exclude(List.of("conv2")));
    Network network = Pruning.network("vgg11");
    Decision decision =
        Pruning.decide(new RandomFilters(9), network, network.initialise(1), settings);
    assertThat(Pruning.cut(decision).method()).isEqualTo("random");
    assertThat(Pruning.cut(decision).settings())
        .containsEntry("ratio", 0.25)
        .containsEntry("seed", 9L)
        .containsEntry("exclude", List.of("conv2"))
        .doesNotContainKeys("preset", "target-macs");
  }

  private static Amount settings(
      Optional<String> preset, Optional<Double> ratio, Optional<Double> target) {
    return new Amount(preset, ratio, target, Optional.empty(), List.of(), Limits.NONE);
  }
}
