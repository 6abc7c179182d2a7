package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.espalier.graphs.Network;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterTargetTest {
  private static long parameters(Network network) {
    return Pruning.WIRED.costs().of(network).parameters();
  }

  private static long after(Network network, Amount settings) {
    return Pruning.costAfter(network, Pruning.cut(Pruning.decide("l1-norm", network, settings)))
        .parameters();
  }

  @ParameterizedTest
  @CsvSource({
    "vgg16, 0.5, LOCAL, false", "vgg16, 0.1, GLOBAL, false", "resnet56, 0.6, LOCAL, true",
    "resnet56, 0.7, GLOBAL, false", "densenet40, 0.5, LOCAL, true", "vgg11, 0.9, GLOBAL, true"
  })
  void comesCloseFromBelow(
      String architecture, double target, Limits.Scope scope, boolean coupled) {
    Network network = Pruning.network(architecture);
    Amount settings =
        Amount.parameters(target).with(l -> l.scope(scope)).with(l -> l.coupled(coupled));
    double fraction = (double) after(network, settings) / parameters(network);
    assertThat(fraction).isBetween(target - 0.02, target);
  }

  @Test
  void aNumberAboveOneIsANumberOfParameters() {
    Network network = Pruning.network("vgg16");
    assertThat(after(network, Amount.parameters(3_000_000))).isBetween(2_940_000L, 3_000_000L);
    assertThat(after(network, Amount.parameters(1e12))).isEqualTo(parameters(network));
  }

  @Test
  void outOfReachSaysWhatIsInReach() {
    Network network = Pruning.network("resnet20");
    long whole = parameters(network);
    long least = after(network, Amount.ratio(0.999));
    assertThatThrownBy(() -> Pruning.decide("l1-norm", network, Amount.parameters(0.01 * whole)))
        .hasMessageContaining(" of " + whole + " parameters (1.00 %); ")
        .hasMessageEndingWith(
            String.format(
                Locale.ROOT,
                "the fewest reachable are %d (%.2f %%)",
                least,
                100.0 * least / whole));
    assertThatThrownBy(() -> Pruning.decide("l1-norm", network, Amount.parameters(10)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("target-parameters asks for at most 10 of ")
        .hasMessageContaining(" parameters (0.00 %); ")
        .hasMessageContaining("the fewest reachable are ");
  }
}
