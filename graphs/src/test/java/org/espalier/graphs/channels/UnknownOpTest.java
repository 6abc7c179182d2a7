package org.espalier.graphs.channels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.espalier.graphs.Graphs;
import org.espalier.graphs.Network;
import org.espalier.graphs.Shape;
import org.espalier.graphs.SmallGraph;
import org.espalier.graphs.cost.Cost;
import org.espalier.graphs.rewrites.RemoveChannels;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;

/** An op without a rule costs the layers around it their freedom, and no other layer. */
class UnknownOpTest {
  /** conv1, conv2, an op that nobody knows, conv3, conv4, logits. */
  private static Network network() {
    SmallGraph g = new SmallGraph();
    String x = g.nodes.addFloat("Relu", "relu1", g.conv("images", "conv1", 3, 4));
    x = g.conv(x, "conv2", 4, 5);
    x = g.nodes.addFloat("Mystery", "riddle", x);
    x = g.nodes.addFloat("Relu", "relu2", x);
    x = g.norm(g.conv(x, "conv3", 5, 6), "conv3/bn", 6, Map.of());
    return g.end(g.conv(x, "conv4", 6, 7));
  }

  @Test
  void keepsWhatItTouchesWholeAndSaysWhichNodeAndOp() {
    ChannelAnalysis analysis = Graphs.analysis(network());
    assertThat(Graphs.group(analysis, "conv2").reason())
        .isEqualTo("there is no rule for op Mystery (node 'riddle')");
    assertThat(Graphs.group(analysis, "conv3:in").prunable()).isFalse();
    assertThat(analysis.prunable()).extracting(ChannelGroup::id).containsExactly("conv1", "conv3");
  }

  @Test
  void theRestIsCutAsEver() {
    ChannelAnalysis analysis = Graphs.analysis(network());
    Network cut =
        new RemoveChannels(Graphs.randomCut(analysis, 3), Graphs.WIRED.rules())
            .apply(analysis)
            .network();
    assertThat(cut.parameter("conv2/kernel").shape().last()).isEqualTo(5);
    Cost before = Graphs.WIRED.costs().of(network());
    Cost after = Graphs.WIRED.costs().of(cut);
    assertThat(after.parameters()).isLessThan(before.parameters()).isPositive();
    assertThat(after.macs()).isLessThan(before.macs()).isPositive();
  }

  @Test
  void aSizeComputedAtRunTimeKeepsWhatItReshapesAndNoMore() {
    SmallGraph g = new SmallGraph();
    String x = g.conv(g.conv("images", "conv1", 3, 4), "conv2", 4, 5);
    String size = g.nodes.placeholder("size", DataType.DT_INT32, Shape.of(2));
    ChannelAnalysis analysis =
        Graphs.analysis(g.end(g.nodes.addFloat("Reshape", "reshape", x, size)));
    assertThat(analysis.prunable()).extracting(ChannelGroup::id).containsExactly("conv1");
    assertThat(Graphs.group(analysis, "conv2").reason())
        .isEqualTo("how op Reshape works is only known at run time (node 'reshape')");
  }

  @Test
  void whatAnAddTiesToItStaysToo() {
    SmallGraph g = new SmallGraph();
    String x = g.conv("images", "conv1", 3, 4);
    String y = g.nodes.addFloat("Mystery", "riddle", g.conv("images", "conv2", 3, 4));
    String sum = g.nodes.addFloat("AddV2", "sum", x, y);
    ChannelAnalysis analysis = Graphs.analysis(g.end(g.conv(sum, "conv3", 4, 5)));
    assertThat(analysis.prunable()).isEmpty();
    assertThat(Graphs.group(analysis, "conv1").reason())
        .isEqualTo("the shape of what op AddV2 reads is unknown (node 'sum')");
  }
}
