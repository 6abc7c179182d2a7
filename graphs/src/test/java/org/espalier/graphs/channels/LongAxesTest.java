package org.espalier.graphs.channels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Graphs;
import org.espalier.graphs.Network;
import org.espalier.graphs.Shape;
import org.espalier.graphs.SmallGraph;
import org.espalier.graphs.TensorRef;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;

/** A few bytes of a graph can say that there are two billion channels. Nobody counts them. */
class LongAxesTest {
  private static final int BILLIONS = Integer.MAX_VALUE - 99;

  private static ChannelAnalysis analysis(SmallGraph g, String output) {
    return Graphs.analysis(
        new Network(
            "long",
            g.nodes.build(),
            Map.of(Network.IMAGES, TensorRef.of(Network.IMAGES)),
            Map.of("out", TensorRef.of(output))));
  }

  private static String padded(SmallGraph g, String in, int by) {
    String paddings = g.nodes.constant("by", Shape.of(4, 2), 0, 0, 0, 0, 0, 0, 0, by);
    return g.nodes.add(
        "Pad",
        "pad",
        Map.of("T", SmallGraph.FLOAT, "Tpaddings", Attributes.type(DataType.DT_INT32)),
        in,
        paddings);
  }

  @Test
  void anInputOfThemHasNoChannels() {
    SmallGraph g = new SmallGraph();
    String x = g.nodes.placeholder("wide", DataType.DT_FLOAT, Shape.of(-1, BILLIONS));
    ChannelAnalysis analysis = analysis(g, g.nodes.addFloat("Relu", "relu", x));
    assertThat(analysis.axes(TensorRef.of("wide")).get(1)).isNull();
    assertThat(analysis.axes(TensorRef.of("relu")).get(1)).isNull();
  }

  @Test
  void aLayerThatIsPaddedToThemIsKeptWhole() {
    SmallGraph g = new SmallGraph();
    String x = g.conv(g.conv(Network.IMAGES, "conv1", 3, 4), "conv2", 4, 5);
    ChannelAnalysis analysis = analysis(g, padded(g, x, BILLIONS));
    assertThat(analysis.prunable()).extracting(ChannelGroup::id).containsExactly("conv1");
    assertThat(Graphs.group(analysis, "conv2").reason())
        .isEqualTo("it is longer than what is followed, 4194304 channels (node 'pad')");
  }

  /** Padding to a usual width stays what it was. */
  @Test
  void someThousandsAreFollowed() {
    SmallGraph g = new SmallGraph();
    String x = g.conv(g.conv(Network.IMAGES, "conv1", 3, 4), "conv2", 4, 5);
    String pooled = g.nodes.addFloat("Relu", "relu", padded(g, x, 9000));
    ChannelAnalysis analysis = analysis(g, pooled);
    assertThat(analysis.axes(TensorRef.of("relu")).get(3)).hasSize(9005);
  }
}
