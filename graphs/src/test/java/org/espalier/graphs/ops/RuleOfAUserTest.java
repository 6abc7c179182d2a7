package org.espalier.graphs.ops;

import static org.assertj.core.api.Assertions.assertThat;

import org.espalier.graphs.Graphs;
import org.espalier.graphs.SmallGraph;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.junit.jupiter.api.Test;

/** Rules on the class path are found without a change to any module. */
class RuleOfAUserTest {
  @Test
  void itFreesWhatItsOpTouches() {
    SmallGraph g = new SmallGraph();
    String x = g.nodes.addFloat("Erfinv", "mine", g.conv("images", "conv1", 3, 4));
    x = g.nodes.addFloat("Invert", "nobodys", g.conv(x, "conv2", 4, 5));
    ChannelAnalysis analysis = Graphs.analysis(g.end(g.conv(x, "conv3", 5, 6)));
    assertThat(analysis.prunable()).extracting(ChannelGroup::id).containsExactly("conv1");
    assertThat(Graphs.group(analysis, "conv2").reason())
        .isEqualTo("there is no rule for op Invert (node 'nobodys')");
  }
}
