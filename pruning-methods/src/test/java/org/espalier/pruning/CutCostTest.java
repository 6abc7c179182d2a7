package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import org.espalier.graphs.Network;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.cost.Cost;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.CutCost;
import org.espalier.graphs.rewrites.InsertSelections;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a search reckons with is what the cut network costs. */
class CutCostTest {
  @ParameterizedTest
  @ValueSource(strings = {"vgg16", "resnet20", "densenet40", "preresnet11"})
  void isTheCostOfTheCutNetwork(String architecture) {
    agrees(Pruning.narrow(architecture, 0.5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"densenet40", "preresnet11"})
  void withSelectionsToo(String architecture) {
    agrees(
        new InsertSelections(Pruning.WIRED.rules())
            .apply(Pruning.narrow(architecture, 0.5))
            .network());
  }

  private static void agrees(Network network) {
    ChannelAnalysis analysis = Pruning.analyse(network);
    CutCost costs = new CutCost(analysis);
    for (long seed = 1; seed <= 5; seed++) {
      Cut cut = cut(analysis, seed);
      Cost cost = Pruning.costAfter(network, cut);
      assertThat(costs.macs(cut)).isEqualTo(cost.macs());
      assertThat(costs.parameters(cut)).isEqualTo(cost.parameters());
    }
    Cut nothing = new Cut("none", Map.of(), java.util.List.of());
    assertThat(costs.macs(nothing)).isEqualTo(Pruning.WIRED.costs().of(network).macs());
    assertThat(costs.parameters(nothing)).isEqualTo(Pruning.WIRED.costs().of(network).parameters());
  }

  private static Cut cut(ChannelAnalysis analysis, long seed) {
    return new Cut(
        "random",
        Map.of(),
        analysis.prunable().stream().map(g -> Cut.Group.of(g, kept(g, seed))).toList());
  }

  private static int[] kept(ChannelGroup group, long seed) {
    RandomStream random = RandomStream.of(seed, group.id());
    return Arrays.stream(random.permutation(group.channels()))
        .limit(1 + random.nextInt(group.channels()))
        .sorted()
        .toArray();
  }
}
