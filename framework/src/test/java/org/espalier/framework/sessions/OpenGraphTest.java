package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.espalier.framework.TestNetworks;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.junit.jupiter.api.Test;

/** What holds memory of TensorFlow's is closed, also where nobody ever gets it. */
class OpenGraphTest {
  private static NodeGraph constant() {
    GraphBuilder g = new GraphBuilder();
    g.constant("half", ShapedArray.scalar(0.5f));
    return g.build();
  }

  @Test
  void oneThatIsRefusedIsClosed() {
    GraphBuilder g = new GraphBuilder(constant());
    g.add("NoSuchOp", "odd", Map.of());
    int before = OpenGraph.count();
    assertThatThrownBy(() -> new OpenGraph(g.build(), Machine.all()))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("TensorFlow refuses the graph: ");
    assertThat(OpenGraph.count()).isEqualTo(before);
  }

  @Test
  void oneThatCannotBePreparedIsClosed() {
    int before = OpenGraph.count();
    OpenGraph[] seen = new OpenGraph[1];
    assertThatThrownBy(
            () ->
                OpenGraph.prepared(
                    constant(),
                    Machine.all(),
                    open -> {
                      open.call().fetch(TensorRef.of("half")).run();
                      assertThat(OpenGraph.count()).isEqualTo(before + 1);
                      seen[0] = open;
                      throw new BadInputException("no");
                    }))
        .hasMessage("no");
    assertThat(OpenGraph.count()).isEqualTo(before);
    assertThatThrownBy(() -> seen[0].outputs("half")).isInstanceOf(IllegalStateException.class);
    try (OpenGraph open = OpenGraph.prepared(constant(), Machine.all(), g -> {})) {
      assertThat(open.outputs("half")).isEqualTo(1);
      open.close();
    }
    assertThat(OpenGraph.count()).isEqualTo(before);
  }

  /** Also where a call is given up half way, because the second of two inputs is missing. */
  @Test
  void whatIsClosedByHandIsClosed() {
    Network network = TestNetworks.network("resnet8", 8, 3, 0.25);
    int before = OpenGraph.count();
    try (Predictor predictor =
        new Predictor(new Model(network, network.initialise(1)), Machine.all())) {
      assertThat(OpenGraph.count()).isEqualTo(before + 1);
      assertThatThrownBy(() -> predictor.outputs(Map.of())).isInstanceOf(BadInputException.class);
    }
    assertThat(OpenGraph.count()).isEqualTo(before);
  }

  /** What reads files and folds constants leaves a GPU alone. */
  @Test
  void processorsAreNoGpu() {
    assertThat(SessionConfig.of(Machine.processors()).getDeviceCountOrThrow("GPU")).isZero();
    assertThat(SessionConfig.of(Machine.all()).getDeviceCountMap()).isEmpty();
    assertThat(SessionConfig.of(Machine.all()).getGpuOptions().getAllowGrowth()).isTrue();
  }
}
