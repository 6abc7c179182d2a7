package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.rewrites.Cut;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels of all groups ranked together. */
class GlobalScopeTest {
  private static Amount global(double ratio) {
    return Amount.ratio(ratio).with(l -> l.scope(Limits.Scope.GLOBAL));
  }

  /** Batch norms as a training leaves them, with other scales in every layer. */
  private static Weights trained(Network network) {
    Weights weights = network.initialise(1);
    for (Parameter p : network.parameters()) {
      if (p.kind() == ParameterKind.BN_SCALE) {
        RandomStream random = RandomStream.of(5, p.name());
        double size = 0.2 + random.nextDouble();
        float[] values = new float[(int) p.shape().elements()];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (size * (random.nextDouble() - 0.3));
        }
        weights = weights.with(p.name(), new ShapedArray(p.shape(), values));
      }
    }
    return weights;
  }

  private static Decision decide(String method, Network network, Amount settings) {
    return Pruning.decide(method, network, trained(network), settings);
  }

  private static int removed(Decision decision) {
    return Pruning.cut(decision).groups().stream()
        .mapToInt(g -> g.channels() - g.kept().size())
        .sum();
  }

  private static int total(Decision decision) {
    return Pruning.cut(decision).groups().stream().mapToInt(Cut.Group::channels).sum();
  }

  @ParameterizedTest
  @CsvSource({
    "l1-norm, resnet20, 0.3",
    "l1-norm, vgg16, 0.5",
    "l2-norm, vgg11, 0.77",
    "fpgm, resnet20, 0.11",
    "bn-scale, resnet20, 0.4",
    "bn-scale, vgg16, 0.25"
  })
  void theShareOfAllChannelsGoes(String method, String architecture, double ratio) {
    Decision decision = decide(method, Pruning.network(architecture), global(ratio));
    // Where the floor acted, as many more stay as it kept.
    assertThat(removed(decision) + decision.notes().size())
        .isEqualTo((int) (total(decision) * ratio));
    assertThat(decision.notes()).allSatisfy(n -> assertThat(n).contains("because the floor is 1"));
  }

  /** The lowest of all, by hand: for each method, what its scores mean across groups. */
  @ParameterizedTest
  @CsvSource({"l1-norm, true", "l2-norm, true", "bn-scale, false"})
  void theLowestOfAllGo(String method, boolean normalised) {
    Network network = Pruning.network("resnet20");
    Weights weights = trained(network);
    Amount settings = global(0.35);
    record Channel(String group, int index, double score) {}
    List<Channel> channels = new ArrayList<>();
    ScoringMethod scorer = Pruning.method(method);
    for (ChannelGroup g : Pruning.analyse(network).prunable()) {
      if (!g.isCoupled()) {
        double[] scores = Pruning.scores(scorer, g, network, weights);
        double mean = normalised ? Arrays.stream(scores).average().orElseThrow() : 1;
        for (int i = 0; i < scores.length; i++) {
          channels.add(new Channel(g.id(), i, scores[i] / mean));
        }
      }
    }
    channels.sort(Comparator.comparingDouble(Channel::score));
    Map<String, List<Integer>> stay = new HashMap<>();
    channels.subList((int) (channels.size() * 0.35), channels.size()).stream()
        .sorted(Comparator.comparingInt(Channel::index))
        .forEach(c -> stay.computeIfAbsent(c.group(), k -> new ArrayList<>()).add(c.index()));
    Decision decision = Pruning.decide(method, network, weights, settings);
    assertThat(decision.notes()).isEmpty();
    for (Cut.Group group : Pruning.cut(decision).groups()) {
      assertThat(group.kept()).as(group.id()).isEqualTo(stay.get(group.id()));
    }
  }

  /** A layer with weights ten times as large is no more worth, by its norm. */
  @Test
  void normsAreComparedByTheMeanOfTheirGroup() {
    Network network = Pruning.network("vgg11");
    Weights weights = network.initialise(1);
    ShapedArray kernel = weights.get("conv3/kernel");
    float[] large = kernel.values().clone();
    for (int i = 0; i < large.length; i++) {
      large[i] *= 16; // exact
    }
    Weights scaled = weights.with("conv3/kernel", new ShapedArray(kernel.shape(), large));
    assertThat(Pruning.cut(Pruning.decide("l1-norm", network, scaled, global(0.4))).groups())
        .isEqualTo(Pruning.cut(Pruning.decide("l1-norm", network, weights, global(0.4))).groups());
  }

  /** Scales of batch norm are: that is what they are for. */
  @Test
  void scalesAreComparedAsTheyAre() {
    Network network = Pruning.network("vgg11");
    Weights weights = trained(network);
    ShapedArray scale = weights.get("conv3/bn/scale");
    Weights small = weights.with("conv3/bn/scale", ShapedArray.filled(scale.shape(), 1e-6f));
    Decision decision = Pruning.decide("bn-scale", network, small, global(0.3));
    assertThat(Pruning.widths(decision)).containsEntry("conv3", 1);
    assertThat(decision.notes())
        .containsExactly(
            "group 'conv3': 0 of 256 channels were to stay, kept 1 because the floor is 1");
  }

  @ParameterizedTest
  @CsvSource({
    "l1-norm, resnet56, 0.5",
    "l1-norm, resnet56, 0.8",
    "l1-norm, vgg16, 0.5",
    "l1-norm, vgg16, 0.1",
    "bn-scale, resnet56, 0.7",
    "bn-scale, vgg16, 0.3",
    "random, vgg16, 0.5"
  })
  void meetsTargets(String method, String architecture, double target) {
    Network network = Pruning.network(architecture);
    Decision macs =
        decide(method, network, Amount.macs(target).with(l -> l.scope(Limits.Scope.GLOBAL)));
    assertThat(macs.macFraction()).isBetween(target - 0.02, target);
    assertThat(macs.costAfter().macs())
        .isEqualTo(Pruning.costAfter(network, Pruning.cut(macs)).macs());
  }

  @Test
  void theFloorHoldsAndWidthsAreRounded() {
    Decision decision =
        decide(
            "bn-scale",
            Pruning.network("vgg16"),
            global(0.6).with(l -> l.floor(10)).with(l -> l.roundTo(4)));
    assertThat(Pruning.widths(decision))
        .allSatisfy((id, w) -> assertThat(w).isGreaterThanOrEqualTo(12))
        .allSatisfy((id, w) -> assertThat(w % 4).isZero());
  }

  @ParameterizedTest
  @ValueSource(strings = {"preset", "ratios"})
  void theSharesOfGroupsAreItsOwn(String given) {
    Amount local =
        given.equals("preset") ? Amount.preset("resnet56-a") : Amount.ratios(Map.of("conv1", 0.5));
    assertThatThrownBy(() -> local.with(l -> l.scope(Limits.Scope.GLOBAL)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("leave out preset and ratios");
  }

  @Test
  void theCutRemembersIt() {
    assertThat(Pruning.cut(decide("l1-norm", Pruning.network("vgg11"), global(0.5))).settings())
        .containsEntry("scope", "global");
  }
}
