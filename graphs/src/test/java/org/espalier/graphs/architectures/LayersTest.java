package org.espalier.graphs.architectures;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.espalier.graphs.Graphs;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Network;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.ops.GraphFacts;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shapes that are tracked while a network is written are those inferred from its graph. */
class LayersTest {
  @ParameterizedTest
  @CsvSource({"28, 28, 1", "29, 31, 3", "33, 64, 3", "5, 6, 2"})
  void tracksWhatIsInferred(int height, int width, int channels) {
    Layers layers = new Layers(Style.PLAIN.withBiases());
    List<Value> values = new ArrayList<>();
    Value x = layers.images(new Options(height, width, channels, 10, 1));
    values.add(x);
    values.add(x = layers.conv(x, "same", 5, 3, 1));
    values.add(x = layers.batchNorm(x, "norm"));
    values.add(x = layers.relu(x, "relu"));
    values.add(layers.pools.max(x, "max", 2));
    values.add(layers.pools.average(x, "shortcut", 2, false));
    values.add(layers.conv(x, "pointwise", 7, 1, 2));
    values.add(layers.addZeroChannels(x, "zeros", 2, 3));
    values.add(layers.pools.subsample(x, "every third", 3));
    values.add(layers.pools.max(layers.pools.pad(x, "around", 1), "overlapping", 3, 2));
    values.add(layers.convWithoutPadding(x, "inside", 4, 5));
    values.add(layers.select(x, "select", 2));
    values.add(layers.scaled(x, "scaled"));
    values.add(layers.dense.flatten(x, "flat"));
    values.add(layers.conv(x, "wide", 4, 5, 3));
    Value strided = layers.conv(x, "strided", 5, 3, 2);
    values.add(strided);
    values.add(x = layers.add(layers.pools.average(x, "average", 2, false), strided, "sum"));
    values.add(x = layers.pools.globalAverage(x, "mean", false));
    values.add(
        x = layers.dense.layer(x, "dense", 9, new Initializer.He(false), Initializer.zeros()));
    values.add(x = layers.dense.batchNorm(x, "dense/bn", Initializer.ones()));
    Network network = layers.finish("layers", x);
    GraphFacts facts = GraphFacts.of(network, Graphs.WIRED.rules());
    for (Value v : values) {
      assertThat(facts.shape(TensorRef.parse(v.ref()))).as(v.ref()).contains(v.shape());
    }
  }
}
