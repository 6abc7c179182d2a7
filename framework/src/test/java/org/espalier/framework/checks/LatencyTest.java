package org.espalier.framework.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.sessions.Machine;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.junit.jupiter.api.Test;

class LatencyTest {
  private static Model model(double width) {
    Network network = TestNetworks.network("resnet20", 32, 3, width);
    return new Model(network, network.initialise(1));
  }

  /** 16 times the multiply-accumulates: more than any noise. */
  @Test
  void theSmallerNetworkIsFaster() {
    Latency latency = Latency.of(model(1), model(0.25), 4, Machine.threads(1));
    assertThat(latency.batch()).isEqualTo(4);
    assertThat(latency.runs()).isBetween(9, 27);
    assertThat(latency.faster()).isGreaterThan(1).isEqualTo(latency.beforeMs() / latency.afterMs());
  }

  @Test
  void aMedianIsTheMiddle() {
    assertThat(Latency.median(List.of(9.0, 1.0, 2.0))).isEqualTo(2);
    assertThat(Latency.median(List.of(9.0, 1.0, 2.0, 4.0))).isEqualTo(3);
    assertThat(Latency.median(List.of(5.0))).isEqualTo(5);
  }
}
