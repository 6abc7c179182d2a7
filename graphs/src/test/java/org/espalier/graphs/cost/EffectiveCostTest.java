package org.espalier.graphs.cost;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.espalier.graphs.Graphs;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.rewrites.InsertMasks;
import org.espalier.graphs.rewrites.Masks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is left of a network's cost without the weights that are masked. */
class EffectiveCostTest {
  private final Network network = Graphs.network("resnet20");

  private static Cost masked(Network network, Map<String, Integer> zeros) {
    Map<String, ShapedArray> masks = new HashMap<>();
    zeros.forEach(
        (name, count) -> {
          ShapedArray mask = ShapedArray.filled(network.parameter(name).shape(), 1f);
          for (int i = 0; i < count; i++) {
            mask.values()[i] = 0f;
          }
          masks.put(name, mask);
        });
    Model model =
        new Model(network, network.initialise(1)).rewritten(new InsertMasks(masks.keySet()));
    return Graphs.WIRED
        .costs()
        .of(new Model(model.network(), new Masks(masks).put(model.network(), model.weights())));
  }

  /** A weight of a convolution is multiplied once for each pixel of the output. */
  @ParameterizedTest
  @CsvSource({
    "stem/kernel, 1024",
    "stage1/block1/conv2/kernel, 1024",
    "stage2/block1/conv1/kernel, 256",
    "stage3/block3/conv2/kernel, 64",
    "dense/kernel, 1"
  })
  void aWeightSavesWhatItIsMultipliedWith(String kernel, long pixels) {
    Cost dense = Graphs.WIRED.costs().of(network);
    Cost cost = masked(network, Map.of(kernel, 7));
    assertThat(cost.macs()).isEqualTo(dense.macs());
    assertThat(cost.parameters()).isEqualTo(dense.parameters());
    assertThat(cost.spent())
        .isEqualTo(
            new Cost.Effective(
                dense.parameters() - 7, dense.macs() - 7 * pixels, dense.flops() - 2 * 7 * pixels));
  }

  @Test
  void severalMasksAddUpAndWhatMultipliesNothingCountsAsParameters() {
    Cost dense = Graphs.WIRED.costs().of(network);
    Cost cost = masked(network, Map.of("stem/kernel", 3, "dense/kernel", 5, "stem/bn/scale", 2));
    assertThat(cost.effective())
        .contains(
            new Cost.Effective(
                dense.parameters() - 10,
                dense.macs() - 3 * 1024 - 5,
                dense.flops() - 2 * (3 * 1024 + 5)));
  }

  @Test
  void withoutMasksAllIsSpent() {
    Cost dense = Graphs.WIRED.costs().of(new Model(network, network.initialise(1)));
    assertThat(dense).isEqualTo(Graphs.WIRED.costs().of(network));
    assertThat(dense.effective()).isEmpty();
    assertThat(dense.spent())
        .isEqualTo(new Cost.Effective(dense.parameters(), dense.macs(), dense.flops()));
  }

  /** All that a network without batch norm and pooling multiplies is by its kernels. */
  @Test
  void aNetworkWithoutWeightsMultipliesNothing() {
    Network net = Graphs.network("conv4", 0.25);
    Map<String, Integer> all = new HashMap<>();
    net.parameters(k -> k.isKernel()).forEach(p -> all.put(p.name(), (int) p.shape().elements()));
    assertThat(masked(net, all).spent().macs()).isZero();
  }
}
