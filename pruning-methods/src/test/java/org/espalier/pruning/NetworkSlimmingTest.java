package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.framework.checks.CutCheck;
import org.espalier.framework.sessions.Machine;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.architectures.Options;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.InsertSelections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkSlimmingTest {
  private static final PruningMethod SLIMMING = new NetworkSlimming();

  /** Scales that anyone can compute again, layer by layer; some are equal. */
  private static float scale(int layer, int channel) {
    double position = (channel * 7919L + layer * 104729L + 13) % 1009 / 1009.0 - 0.35;
    return (float) (position * (0.4 + 0.3 * (layer % 4)));
  }

  private static Weights computed(Network network) {
    Weights weights = network.initialise(1);
    int layer = 0;
    for (Parameter p : network.parameters(k -> k == ParameterKind.BN_SCALE)) {
      float[] values = new float[p.shape().dim(0)];
      for (int c = 0; c < values.length; c++) {
        values[c] = scale(layer, c);
      }
      layer++;
      weights = weights.with(p.name(), new ShapedArray(p.shape(), values));
    }
    return weights;
  }

  private static Network selecting(Network network) {
    return new InsertSelections(Pruning.WIRED.rules()).apply(network).network();
  }

  /** What stays of the channels of each batch norm, in the order of the data. */
  private static List<List<Integer>> kept(Network network, Decision decision) {
    List<List<Integer>> kept = new ArrayList<>();
    for (Parameter p : network.parameters(k -> k == ParameterKind.BN_SCALE)) {
      kept.add(
          Pruning.cut(decision).groups().stream()
              .filter(g -> g.members().contains(new Cut.MemberAxis(p.name(), 0)))
              .findFirst()
              .orElseThrow()
              .kept());
    }
    return kept;
  }

  /**
   * Masks as the reference's code makes them of these scales: sorted, the threshold at {@code
   * int(total * percent)}, strictly greater stays. The numbers come from PyTorch. The check sums
   * are over all channels that stay: position times number of the batch norm. Layers that the
   * reference leaves without a channel keep their largest.
   */
  @ParameterizedTest
  @CsvSource({
    "vgg19-slimming, 0.5, 5504, 2753, 7221148, '12, 31, 78, 90, 47, 120, 159, 182', 0",
    "preresnet164, 0.4, 12112, 4847, 63958417, '6, 10, 10, 48, 5, 10', 0",
    "densenet40, 0.4, 9360, 3745, 25091773, '8, 22, 34, 46, 21, 51', 0",
    "densenet40, 0.6, 9360, 5617, 16685588, '2, 13, 26, 37, 4, 31', 0",
    "vgg19-slimming, 0.7, 5504, 3853, 4420542, '0, 14, 53, 69, 0, 59', 4"
  })
  void theMasksOfTheReferenceComeOut(
      String name, double ratio, int total, int gone, long sum, String widths, int floors) {
    Network plain = Pruning.network(name);
    Network network = name.startsWith("vgg") ? plain : selecting(plain);
    Decision decision = Pruning.decide(SLIMMING, network, computed(network), Amount.ratio(ratio));
    List<List<Integer>> kept = kept(network, decision);
    assertThat(Pruning.cut(decision).groups().stream().mapToInt(Cut.Group::channels).sum())
        .isEqualTo(total);
    int[] expected =
        Arrays.stream(widths.split(", ")).mapToInt(w -> Math.max(1, Integer.parseInt(w))).toArray();
    assertThat(kept.stream().limit(expected.length).mapToInt(List::size))
        .containsExactly(Arrays.stream(expected).boxed().toArray(Integer[]::new));
    int stay = kept.stream().mapToInt(List::size).sum();
    assertThat(total - stay).isEqualTo(gone - floors);
    assertThat(decision.notes()).filteredOn(n -> n.contains("the floor is 1")).hasSize(floors);
    if (floors == 0) {
      long found = 0;
      for (int l = 0; l < kept.size(); l++) {
        for (int channel : kept.get(l)) {
          found += (long) (l + 1) * channel;
        }
      }
      assertThat(found).isEqualTo(sum);
    }
  }

  @Test
  void theThresholdItselfGoes() {
    double[] rising = {1, 2, 3, 3, 3, 5, 6, 7, 8, 9};
    assertThat(NetworkSlimming.gone(rising, 0.05)).as("one more than asked").isEqualTo(1);
    assertThat(NetworkSlimming.gone(rising, 0.1)).isEqualTo(2);
    assertThat(NetworkSlimming.gone(rising, 0.2)).as("all that are equal").isEqualTo(5);
    assertThat(NetworkSlimming.gone(rising, 0.5)).isEqualTo(6);
    assertThat(NetworkSlimming.gone(rising, 0.999)).as("the last stays").isEqualTo(9);
    assertThat(NetworkSlimming.gone(new double[] {2, 2}, 0.1)).isEqualTo(1);
  }

  @Test
  void whereNothingIsAskedNothingGoes() {
    Network network = Pruning.narrow("vgg16-slimming", 0.25);
    Decision decision =
        Pruning.decide(SLIMMING, network, TrainedWeights.of(network, 1), Amount.ratio(0));
    assertThat(Pruning.cut(decision).changed()).isEmpty();
  }

  /** The whole network is ranked, whatever the scope says; a target is met. */
  @Test
  void theWholeNetworkIsRanked() {
    Network network = Pruning.network("vgg16-slimming");
    Weights weights = computed(network);
    Decision half = Pruning.decide(SLIMMING, network, weights, Amount.macs(0.5));
    assertThat(half.macFraction()).isBetween(0.48, 0.5);
    assertThat(Pruning.cut(half).settings()).containsEntry("scope", "global");
    assertThat(
            Pruning.cut(Pruning.decide(SLIMMING, network, weights, Amount.ratio(0.4))).settings())
        .containsEntry("ratio", 0.4);
    assertThat(Pruning.widths(half).values()).doesNotHaveDuplicates().isNotEmpty();
    assertThatThrownBy(
            () -> Pruning.decide(SLIMMING, network, weights, Amount.ratios(Map.of("conv1", 0.5))))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("leave out preset and ratios");
  }

  private static Weights withScales(Network network, double small, double share) {
    Weights weights = network.initialise(1);
    int at = 0;
    for (Parameter p : network.parameters(k -> k == ParameterKind.BN_SCALE)) {
      float[] values = new float[p.shape().dim(0)];
      for (int c = 0; c < values.length; c++) {
        values[c] = (float) (at++ % 10 < 10 * share ? small : 0.5 + 0.0001 * c);
      }
      weights = weights.with(p.name(), new ShapedArray(p.shape(), values));
    }
    return weights;
  }

  /** Below a hundredth of the largest, 0.5 and a little, is small; twice as many may go. */
  @ParameterizedTest
  @CsvSource({
    "0.004, 0.5, 50.2, false",
    "0.006, 0.5, 0.0, true",
    "0.004, 0.3, 30.1, false",
    "0.004, 0.1, 10.0, true"
  })
  void whatIsSmallAndHowMuchMayGo(double small, double share, String percent, boolean warned) {
    Network network = Pruning.narrow("vgg16-slimming", 0.25);
    Weights weights = withScales(network, small, share);
    Decision decision = Pruning.decide(SLIMMING, network, weights, Amount.ratio(0.4));
    assertThat(decision.notes()).anyMatch(n -> n.startsWith(percent + " % of the 1056 scales"));
    assertThat(decision.notes().stream().anyMatch(n -> n.contains("not sparse enough")))
        .isEqualTo(warned);
  }

  /** Where a floor keeps the smallest, larger ones go in their place, and they are told. */
  @Test
  void theLargestThatGoesIsTold() {
    Network network = Pruning.narrow("vgg16-slimming", 0.25);
    Weights weights = network.initialise(1);
    float next = 0;
    for (Parameter p : network.parameters(k -> k == ParameterKind.BN_SCALE)) {
      float[] values = new float[p.shape().dim(0)];
      for (int c = 0; c < values.length; c++) {
        values[c] = ++next / 1056; // the first layers, of 16 channels, have the smallest
      }
      weights = weights.with(p.name(), new ShapedArray(p.shape(), values));
    }
    Amount target = Amount.macs(0.6).with(l -> l.floor(16));
    Decision decision = Pruning.decide(SLIMMING, network, weights, target);
    double largest = 0;
    for (Cut.Group group : Pruning.cut(decision).groups()) {
      float[] scales = weights.get(group.id() + "/bn/scale").values();
      for (int c = 0; c < scales.length; c++) {
        largest = group.kept().contains(c) ? largest : Math.max(largest, scales[c]);
      }
    }
    String told = String.format(Locale.ROOT, "up to %.0f %% of the", 100 * largest);
    assertThat(decision.notes()).anyMatch(n -> n.contains("channels go whose scale is " + told));
  }

  /** A training that made few scales small is told before its accuracy is gone. */
  @Test
  void scalesThatAreNotSparseAreTold() {
    Network network = Pruning.narrow("vgg16-slimming", 0.25);
    int channels = 4224 / 4;
    Decision sparse =
        Pruning.decide(SLIMMING, network, withScales(network, 1e-4, 0.5), Amount.ratio(0.4));
    assertThat(sparse.notes().get(0))
        .startsWith("50.2 % of the " + channels + " scales of batch norm are below 1 %");
    assertThat(sparse.notes()).noneMatch(n -> n.contains("not sparse enough"));
    Decision dense =
        Pruning.decide(SLIMMING, network, withScales(network, 1e-4, 0.1), Amount.ratio(0.4));
    assertThat(dense.notes())
        .anyMatch(n -> n.matches("the scales are not sparse enough: .* up to 9\\d % of the.*"));
    assertThat(dense.notes()).noneMatch(n -> n.contains("not ranked"));
  }

  /** Batch norms of trunks take no part until selections or coupled let them. */
  @Test
  void batchNormsThatAreLeftAloneAreTold() {
    Network network = Pruning.narrow("preresnet20", 0.5);
    int all = 0;
    for (Parameter p : network.parameters(k -> k == ParameterKind.BN_SCALE)) {
      all += p.shape().dim(0);
    }
    Decision alone =
        Pruning.decide(SLIMMING, network, TrainedWeights.of(network, 1), Amount.ratio(0.3));
    int ranked = Pruning.cut(alone).groups().stream().mapToInt(Cut.Group::channels).sum();
    assertThat(alone.notes())
        .anyMatch(n -> n.contains(" scales of batch norm are not ranked"))
        .noneMatch(n -> n.contains(" of " + ranked + " scales of batch norm are not ranked"));
    Network selecting = selecting(network);
    Decision chosen =
        Pruning.decide(SLIMMING, selecting, TrainedWeights.of(network, 1), Amount.ratio(0.3));
    assertThat(chosen.notes()).noneMatch(n -> n.contains("not ranked"));
    assertThat(Pruning.cut(chosen).groups().stream().mapToInt(Cut.Group::channels).sum())
        .isEqualTo(all);
  }

  /** For each family that the paper slims, with batch norm on dense layers too. */
  @ParameterizedTest
  @CsvSource({
    "vgg16-slimming, 32, 0.125, false, 0.5",
    "preresnet20, 16, 0.25, true, 0.4",
    "densenet13, 16, 0.5, true, 0.4",
    "vgg11-slimming-imagenet, 64, 0.03, false, 0.5",
    "resnet20, 16, 0.25, false, 0.4"
  })
  void theCompactNetworkComputesWhatTheMaskedOneDoes(
      String name, int size, double width, boolean select, double ratio) {
    Network plain =
        Pruning.WIRED.architectures().get(name).build(new Options(size, size, 3, 10, width));
    Network network = select ? selecting(plain) : plain;
    Weights weights = TrainedWeights.of(network, 2);
    Decision decision = Pruning.decide(SLIMMING, network, weights, Amount.ratio(ratio));
    assertThat(decision.costAfter().macs()).isLessThan(decision.costBefore().macs());
    assertThat(
            CutCheck.of(
                    decision.analysis(),
                    weights,
                    Pruning.cut(decision),
                    decision.after(),
                    3,
                    Machine.threads(1))
                .relative())
        .isLessThan(1e-5);
    if (name.endsWith("imagenet")) {
      assertThat(Pruning.byId(decision).keySet()).contains("dense1", "dense2");
    }
  }
}
