package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PruningSettingsTest {
  @ParameterizedTest
  @ValueSource(doubles = {1, 1.5, -0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void aRatioIsBelowOne(double ratio) {
    assertThatThrownBy(() -> PruningSettings.ofRatio(ratio))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "ratio must be at least 0 and below 1 (the share of channels to remove), found "
                + ratio);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void aTargetIsAboveZero(double target) {
    assertThatThrownBy(() -> PruningSettings.ofTargetMacs(target))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("target-macs must be above 0");
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
    assertThatThrownBy(() -> PruningSettings.ofRatio(0.5).withFloor(0))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("floor must be at least 1");
    assertThatThrownBy(() -> PruningSettings.ofRatio(0.5).withRoundTo(0))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("round-to must be at least 1");
  }

  @Test
  void theCutRemembersThem() {
    PruningSettings settings =
        PruningSettings.ofRatio(0.25).withSeed(9).withExclude(List.of("conv2"));
    Decision decision = Pruning.decide("random", Pruning.network("vgg11"), settings);
    assertThat(decision.cut().method()).isEqualTo("random");
    assertThat(decision.cut().settings())
        .containsEntry("ratio", 0.25)
        .containsEntry("seed", 9L)
        .containsEntry("exclude", List.of("conv2"))
        .doesNotContainKeys("preset", "targetMacs");
  }

  private static PruningSettings settings(
      Optional<String> preset, Optional<Double> ratio, Optional<Double> target) {
    return new PruningSettings(
        preset,
        ratio,
        target,
        Optional.empty(),
        Map.of(),
        PruningSettings.Scope.LOCAL,
        false,
        1,
        List.of(),
        1,
        1);
  }
}
