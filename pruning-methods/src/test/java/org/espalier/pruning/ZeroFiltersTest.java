package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.espalier.framework.checks.CutCheck;
import org.espalier.framework.sessions.Machine;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.architectures.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small network of Soft Filter Pruning computes what the trained one with its zeros does. */
class ZeroFiltersTest {
  private static final PruningMethod ZEROS = new ZeroFilters(true);

  private static Network network(String name, int size, double width) {
    return Pruning.WIRED.architectures().get(name).build(new Options(size, size, 1, 10, width));
  }

  private static int width(Decision decision, String kernel) {
    return decision.after().network().parameter(kernel).shape().last();
  }

  /** Exactly but for rounding, and with as many filters as are not zero, or one for them all. */
  @ParameterizedTest
  @CsvSource({
    "resnet20-sfp, 16, 0.5, 0.3",
    "resnet20, 15, 0.5, 0.5",
    "resnet50-cifar, 16, 0.25, 0.5",
    "resnet18, 64, 0.1, 0.4",
    "vgg16-bn, 32, 0.1, 0.5",
    "vgg11-slimming-imagenet, 64, 0.05, 0.4",
    "preresnet20, 16, 0.5, 0.4",
    "densenet13, 16, 1, 0.3",
    "lenet5, 28, 0.5, 0.4"
  })
  void theSmallNetworkComputesTheSame(String name, int size, double width, double share) {
    Network network = network(name, size, width);
    Weights weights =
        TrainedWeights.withZeroFilters(network, TrainedWeights.of(network, 5), share, 6);
    ShapedArray expected = TrainedWeights.logits(new Model(network, weights));
    Decision decision = Pruning.decide(ZEROS, network, weights, Amount.ofZeros());
    assertThat(TrainedWeights.error(TrainedWeights.logits(decision.repaired()), expected))
        .as("with the constants in one channel")
        .isLessThan(1e-5);
    assertThat(TrainedWeights.error(TrainedWeights.logits(decision.after()), expected))
        .isLessThan(1e-5);
    assertThat(
            CutCheck.of(
                    decision.analysis(),
                    decision.repaired().weights(),
                    Pruning.cut(decision),
                    decision.after(),
                    2,
                    Machine.threads(1))
                .relative())
        .isLessThan(1e-5);
    for (Parameter p : network.parameters(k -> k == ParameterKind.CONV_KERNEL)) {
      int alive =
          (int)
              Arrays.stream(weights.get(p.name()).sumOver(3, Math::abs)).filter(s -> s > 0).count();
      assertThat(width(decision, p.name())).as(p.name()).isBetween(alive, alive + 1);
    }
    assertThat(decision.macFraction()).isLessThan(1 - 0.8 * share);
  }

  /** Dropping the channels, as if batch norm made nothing of a zero, would be another network. */
  @Test
  void theConstantsMatter() {
    Network network = network("resnet20-sfp", 16, 0.5);
    Weights weights =
        TrainedWeights.withZeroFilters(network, TrainedWeights.of(network, 5), 0.3, 6);
    Weights silent = weights;
    for (Parameter p : network.parameters(k -> k == ParameterKind.CONV_KERNEL)) {
      double[] sums = weights.get(p.name()).sumOver(3, Math::abs);
      String norm = p.name().replace("/kernel", "/bn/");
      for (String vector : List.of(norm + "scale", norm + "offset")) {
        float[] values = silent.get(vector).values().clone();
        IntStream.range(0, values.length).filter(i -> sums[i] == 0).forEach(i -> values[i] = 0f);
        silent = silent.with(vector, new ShapedArray(silent.get(vector).shape(), values));
      }
    }
    assertThat(TrainedWeights.error(new Model(network, silent), new Model(network, weights)))
        .isGreaterThan(0.01);
  }

  /** Where the rectifier makes zeros of all constants, no channel stands for them. */
  @Test
  void silentChannelsGoAltogether() {
    Network network = network("resnet20-sfp", 16, 0.5);
    String block = "stage1/block1/conv1/";
    Weights weights = TrainedWeights.of(network, 5);
    ShapedArray kernel = TrainedWeights.without(weights.get(block + "kernel"), 2, 3, 7);
    weights = weights.with(block + "kernel", kernel);
    float[] offset = weights.get(block + "bn/offset").values().clone();
    for (int silent : new int[] {2, 3, 7}) {
      offset[silent] = -5f;
    }
    ShapedArray low = new ShapedArray(weights.get(block + "bn/offset").shape(), offset);
    Weights quiet = weights.with(block + "bn/offset", low);
    assertThat(width(Pruning.decide(ZEROS, network, quiet, Amount.ofZeros()), block + "kernel"))
        .isEqualTo(5);
    offset[3] = 5f;
    Weights loud = quiet.with(block + "bn/offset", new ShapedArray(low.shape(), offset.clone()));
    Decision decision = Pruning.decide(ZEROS, network, loud, Amount.ofZeros());
    assertThat(width(decision, block + "kernel")).as("one stands for three").isEqualTo(6);
    assertThat(TrainedWeights.error(decision.after(), new Model(network, loud))).isLessThan(1e-5);
    assertThat(decision.notes().get(0))
        .startsWith("3 filters are zero; 1 layers lose channels, in 1 of them");
  }

  /** A layer of zeros keeps one filter; what is behind it is a constant. */
  @Test
  void aLayerOfZerosKeepsOneFilter() {
    Network network = network("resnet20-sfp", 16, 0.5);
    Weights weights = TrainedWeights.of(network, 5);
    for (String kernel : List.of("stage1/block1/conv1/kernel", "stage2/block2/conv2/kernel")) {
      weights = weights.with(kernel, ShapedArray.filled(network.parameter(kernel).shape(), 0f));
    }
    Decision decision = Pruning.decide(ZEROS, network, weights, Amount.ofZeros());
    assertThat(width(decision, "stage1/block1/conv1/kernel")).isEqualTo(1);
    assertThat(width(decision, "stage2/block2/conv2/kernel")).isEqualTo(1);
    assertThat(TrainedWeights.error(decision.after(), new Model(network, weights)))
        .isLessThan(1e-5);
  }

  @Test
  void limitsHold() {
    Network network = network("resnet20-sfp", 16, 0.5);
    Weights weights =
        TrainedWeights.withZeroFilters(network, TrainedWeights.of(network, 5), 0.5, 6);
    String excluded = "stage1/block1/conv1";
    Amount amount =
        Amount.ofZeros().with(l -> l.roundTo(4)).with(l -> l.exclude(List.of(excluded)));
    Decision decision = Pruning.decide(new ZeroFilters(false), network, weights, amount);
    assertThat(width(decision, excluded + "/kernel")).isEqualTo(8);
    assertThat(width(decision, "stage1/block2/conv1/kernel")).as("5 rounded up").isEqualTo(8);
    assertThat(width(decision, "stage2/block1/conv1/kernel")).as("9 rounded up").isEqualTo(12);
    assertThat(width(decision, "stage2/block1/conv2/kernel")).as("not scattered").isEqualTo(16);
    assertThat(TrainedWeights.error(decision.after(), new Model(network, weights)))
        .isLessThan(1e-5);
  }

  @Test
  void whatIsNotZeroStays() {
    Network network = network("resnet20-sfp", 16, 0.5);
    Weights weights = TrainedWeights.of(network, 5);
    Decision decision = Pruning.decide(ZEROS, network, weights, Amount.ofZeros());
    assertThat(decision.after().network().graph()).isEqualTo(network.graph());
    assertThat(decision.notes().get(0)).startsWith("no filter is zero");
    assertThatThrownBy(() -> Pruning.decide(ZEROS, network, weights, Amount.ratio(0.5)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("give as-trained alone");
  }
}
