package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.espalier.graphs.Network;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MacTargetTest {
  @ParameterizedTest
  @CsvSource({
    "vgg16, 0.5, false", "vgg16, 0.1, false", "vgg16, 0.9, true",
    "resnet56, 0.5, false", "resnet56, 0.5, true", "resnet110, 0.25, true"
  })
  void comesCloseFromBelow(String architecture, double target, boolean coupled) {
    Network network = Pruning.network(architecture);
    Decision decision =
        Pruning.decide("l1-norm", network, Amount.macs(target).with(l -> l.coupled(coupled)));
    assertThat(decision.macFraction()).isBetween(target - 0.02, target);
    assertThat(decision.costAfter().macs())
        .isEqualTo(Pruning.costAfter(network, Pruning.cut(decision)).macs());
  }

  /** All groups give alike: those of one width differ by one channel at most. */
  @Test
  void oneRatioForAll() {
    Map<String, Integer> widths =
        Pruning.widths(Pruning.decide("l1-norm", Pruning.network("resnet56"), Amount.macs(0.5)));
    for (String stage : List.of("stage1", "stage2", "stage3")) {
      TreeSet<Integer> found = new TreeSet<>();
      widths.forEach(
          (id, width) -> {
            if (id.startsWith(stage)) {
              found.add(width);
            }
          });
      assertThat(found.last() - found.first()).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void aNumberAboveOneIsANumberOfMacs() {
    Decision decision =
        Pruning.decide("l1-norm", Pruning.network("vgg16"), Amount.macs(200_000_000));
    assertThat(decision.costAfter().macs()).isBetween(197_000_000L, 200_000_000L);
  }

  @Test
  void nothingGoesWhereTheTargetIsMetAlready() {
    Network network = Pruning.network("vgg11");
    for (double target : new double[] {1, 1e12}) {
      Decision decision = Pruning.decide("l1-norm", network, Amount.macs(target));
      assertThat(Pruning.cut(decision).changed()).isEmpty();
    }
  }

  @Test
  void widthsAreMultiples() {
    Decision decision =
        Pruning.decide(
            "l1-norm", Pruning.network("vgg16"), Amount.macs(0.5).with(l -> l.roundTo(8)));
    assertThat(decision.macFraction()).isBetween(0.48, 0.5);
    assertThat(Pruning.widths(decision)).allSatisfy((id, w) -> assertThat(w % 8).isZero());
  }

  @Test
  void outOfReachSaysWhatIsInReach() {
    Network network = Pruning.network("resnet56");
    Decision smallest = Pruning.decide("l1-norm", network, Amount.ratio(0.9999));
    assertThatThrownBy(() -> Pruning.decide("l1-norm", network, Amount.macs(0.01)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("the fewest reachable are " + smallest.costAfter().macs() + " (");
    assertThat(
            Pruning.decide("l1-norm", network, Amount.macs((double) smallest.costAfter().macs()))
                .costAfter()
                .macs())
        .isEqualTo(smallest.costAfter().macs());
  }
}
