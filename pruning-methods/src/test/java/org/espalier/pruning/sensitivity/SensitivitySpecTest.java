package org.espalier.pruning.sensitivity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.data.sources.MaybeData;
import org.espalier.framework.experiments.Fresh;
import org.espalier.framework.settings.Settings;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.espalier.pruning.L2Norm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SensitivitySpecTest {
  private static final SensitivitySpec STANDARD = SensitivitySpec.STANDARD;
  private static final Fresh NETWORK = new Fresh(ArchitectureSpec.of("resnet8"), 1);

  static Stream<Arguments> badShares() {
    return Stream.of(
            List.<Double>of(),
            List.of(0.0),
            List.of(1.0),
            List.of(-0.1),
            List.of(0.5, 1.1),
            List.of(Double.NaN),
            List.of(0.5, 0.3, 0.5))
        .map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("badShares")
  void sharesLieBetweenNothingAndAll(List<Double> shares) {
    assertThatThrownBy(() -> STANDARD.shares(shares))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(
            "shares must be one or more, all different, each above 0 and below 1; found [");
  }

  @Test
  void theOrderOfSharesIsNoDifference() {
    assertThat(STANDARD.shares(List.of(0.9, 0.001, 0.999)))
        .isEqualTo(STANDARD.shares(List.of(0.001, 0.9, 0.999)));
    assertThat(STANDARD.shares()).containsExactly(0.1, 0.3, 0.5, 0.7, 0.9);
  }

  @Test
  void groupsThatAreNamedAreAllDifferentAndNeedNoCoupled() {
    assertThatThrownBy(() -> STANDARD.groups(List.of("a", "a")))
        .isInstanceOf(UsageException.class)
        .hasMessage("groups must be all different, found [a, a]");
    assertThatThrownBy(() -> STANDARD.coupled(true).groups(List.of("a")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("coupled says nothing about groups that are named");
    assertThatThrownBy(() -> Settings.with(STANDARD, "randomInputs", 0))
        .isInstanceOf(UsageException.class)
        .hasMessage("random-inputs must be at least 1, found 0");
  }

  @Test
  void anInputSaysNothingBesideADataSet() {
    Optional<Path> file = Optional.of(Path.of("x.npy"));
    MaybeData data = MaybeData.of(DataSpec.of("grey"));
    assertThatThrownBy(() -> new Sensitivity(NETWORK, data, STANDARD, file, Optional.of("digest")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("input says nothing beside a data set");
  }

  /** What can change a number is part of the hash; where a file lies is not. */
  @Test
  void theHashTellsScansApart() {
    Sensitivity scan = Sensitivity.of(NETWORK, STANDARD);
    List<Sensitivity> others =
        List.of(
            Sensitivity.of(NETWORK, STANDARD.shares(List.of(0.5))),
            Sensitivity.of(NETWORK, STANDARD.groups(List.of("a"))),
            Sensitivity.of(NETWORK, STANDARD.coupled(true)),
            Sensitivity.of(NETWORK, STANDARD.method(new L2Norm())),
            Sensitivity.of(NETWORK, Settings.with(STANDARD, "randomInputs", 8)),
            Sensitivity.of(new Fresh(ArchitectureSpec.of("resnet8"), 2), STANDARD),
            scan.measuredOn(DataSpec.of("grey")),
            given("a.npy", "digest"));
    assertThat(Stream.concat(Stream.of(scan), others.stream()).map(Sensitivity::key))
        .doesNotHaveDuplicates();
    assertThat(given("a.npy", "digest").key()).isEqualTo(given("b.npy", "digest").key());
    assertThat(given("a.npy", "other").key()).isNotEqualTo(given("a.npy", "digest").key());
  }

  private static Sensitivity given(String file, String digest) {
    return new Sensitivity(
        NETWORK, MaybeData.NONE, STANDARD, Optional.of(Path.of(file)), Optional.of(digest));
  }
}
