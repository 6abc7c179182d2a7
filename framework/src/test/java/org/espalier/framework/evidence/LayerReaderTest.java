package org.espalier.framework.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.TinyJobs;
import org.espalier.framework.sessions.Machine;
import org.espalier.graphs.Network;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.junit.jupiter.api.Test;

/** What stands behind a layer: a bias or a mean, and the sum of a residual branch. */
class LayerReaderTest {
  private static Map<String, LayerReader> readers(Network network) {
    ChannelAnalysis analysis = ChannelAnalysis.of(network, TestNetworks.WIRED.rules());
    LayerReaders readers = new LayerReaders(analysis);
    Map<String, LayerReader> all = new TreeMap<>();
    for (ChannelGroup group : analysis.prunable()) {
      readers.of(group).forEach(r -> all.put(r.kernel(), r));
    }
    return all;
  }

  private static Optional<LayerReader.Intercept> bias(String parameter) {
    return Optional.of(new LayerReader.Intercept(parameter, false));
  }

  private static Optional<LayerReader.Intercept> mean(String parameter) {
    return Optional.of(new LayerReader.Intercept(parameter, true));
  }

  @Test
  void biasesAndMeansTakeUpIntercepts() {
    Map<String, LayerReader> vgg = readers(TestNetworks.network("vgg11", 32, 3, 0.125));
    assertThat(vgg.get("conv2/kernel").intercept()).isEqualTo(mean("conv2/bn/mean"));
    assertThat(vgg.get("conv2/kernel").shortcut()).isEmpty();
    Map<String, LayerReader> biased = readers(TestNetworks.network("vgg16-bn", 32, 3, 0.125));
    assertThat(biased.get("conv2/kernel").intercept()).isEqualTo(bias("conv2/bias"));
    Map<String, LayerReader> pre = readers(TestNetworks.network("preresnet11", 16, 1, 0.25));
    LayerReader last = pre.get("stage1/block1/conv3/kernel");
    assertThat(last.intercept()).as("nothing but the trunk").isEmpty();
    assertThat(last.shortcut().orElseThrow().trunk().tensor())
        .isEqualTo(TensorRef.of("stage1/block1/shortcut"));
    assertThat(last.shortcut().orElseThrow().norm()).isEmpty();
    assertThat(pre.get("stage1/block1/conv2/kernel").shortcut()).isEmpty();
    assertThat(pre.get("stage1/block1/conv2/kernel").intercept())
        .isEqualTo(mean("stage1/block1/conv3/bn/mean"));
    assertThat(pre.get("dense/kernel").intercept()).isEqualTo(bias("dense/bias"));
  }

  /** A mean that is lower by some raises the sum behind the batch norm by its factors. */
  @Test
  void theFactorsAreThoseOfTheSum() {
    Network network = TinyJobs.network();
    Weights weights = TestNetworks.weights(network, 3);
    LayerReader layer = readers(network).get("stage1/block1/conv2/kernel");
    assertThat(layer.intercept()).isEqualTo(mean("stage1/block1/conv2/bn/mean"));
    LayerReader.Shortcut shortcut = layer.shortcut().orElseThrow();
    assertThat(shortcut.trunk().tensor()).isEqualTo(TensorRef.of("stem/relu"));
    String mean = layer.intercept().orElseThrow().parameter();
    float[] moved = weights.get(mean).values().clone();
    for (int o = 0; o < moved.length; o++) {
      moved[o] -= 0.1f * (o + 1);
    }
    Weights other = weights.with(mean, new ShapedArray(weights.get(mean).shape(), moved));
    float[] before = sums(network, weights);
    float[] after = sums(network, other);
    double[] factors = shortcut.factors(weights, moved.length);
    for (int i = 0; i < before.length; i++) {
      int o = i % moved.length;
      assertThat((double) after[i] - before[i]).isCloseTo(0.1 * (o + 1) * factors[o], within(1e-5));
    }
    assertThat(factors[0]).isNotCloseTo(factors[1], within(1e-3));
  }

  private static float[] sums(Network network, Weights weights) {
    ChannelAnalysis analysis = ChannelAnalysis.of(network, TestNetworks.WIRED.rules());
    TensorRef sum = TensorRef.of("stage1/block1/sum");
    float[][] values = new float[1][];
    new SampledEvidence(analysis, weights, Optional.of(TinyJobs.data(10, 10)), Machine.threads(1))
        .sample(10, 1)
        .activations(List.of(sum), batch -> values[0] = batch.get(sum).values());
    return values[0];
  }
}
