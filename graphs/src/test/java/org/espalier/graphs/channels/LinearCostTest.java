package org.espalier.graphs.channels;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.Map;
import org.espalier.graphs.Graphs;
import org.espalier.graphs.Network;
import org.espalier.graphs.SmallGraph;
import org.espalier.graphs.rewrites.InsertMasks;
import org.espalier.graphs.rewrites.RemoveChannels;
import org.junit.jupiter.api.Test;

/** Four times the nodes take about four times as long; were it quadratic, sixteen times. */
class LinearCostTest {
  private static final int FACTOR = 10;

  /** Convolutions, batch norms and rectifiers in a row: 13 nodes each. */
  private static Network chain(int nodes) {
    SmallGraph g = new SmallGraph();
    String x = "images";
    for (int i = 0; i < nodes / 13; i++) {
      x = g.conv(x, "conv" + i, i == 0 ? 3 : 4, 4);
      x = g.nodes.addFloat("Relu", "relu" + i, g.norm(x, "conv" + i + "/bn", 4, Map.of()));
    }
    return g.end(x);
  }

  /** Of this thread's own processor time, so that a busy machine does not count. */
  private static long nanos(Runnable work) {
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    work.run();
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
  }

  private static void growsLinearly(java.util.function.Consumer<Network> work) {
    Network small = chain(2_500);
    Network large = chain(10_000);
    assertThat(large.graph().nodes().size()).isBetween(9_900, 10_100);
    long few = Long.MAX_VALUE;
    long many = Long.MAX_VALUE;
    for (int i = 0; i < 10; i++) {
      few = Math.min(few, nanos(() -> work.accept(small)));
      many = Math.min(many, nanos(() -> work.accept(large)));
    }
    assertThat(many).isLessThan(FACTOR * few);
  }

  @Test
  void analysis() {
    growsLinearly(n -> assertThat(Graphs.analysis(n).groups()).isNotEmpty());
  }

  @Test
  void cost() {
    growsLinearly(n -> assertThat(Graphs.WIRED.costs().of(n).macs()).isPositive());
  }

  @Test
  void cutting() {
    growsLinearly(
        n -> {
          ChannelAnalysis analysis = Graphs.analysis(n);
          new RemoveChannels(Graphs.randomCut(analysis, 1), Graphs.WIRED.rules()).apply(analysis);
        });
  }

  @Test
  void masking() {
    growsLinearly(n -> InsertMasks.onKernels(n).apply(n));
  }
}
