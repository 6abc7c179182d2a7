package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.Network;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.rewrites.Cut;
import org.junit.jupiter.api.Test;

class RandomFiltersTest {
  private final Network network = Pruning.network("resnet56");

  @Test
  void keepsTheWidthsOfTheMethodItControls() {
    for (Amount settings :
        List.of(
            Amount.preset("resnet56-b"),
            Amount.ratio(0.37).with(l -> l.coupled(true)),
            Amount.macs(0.6))) {
      Decision random = Pruning.decide("random", network, settings);
      Decision l1 = Pruning.decide("l1-norm", network, settings);
      assertThat(Pruning.widths(random)).isEqualTo(Pruning.widths(l1));
      assertThat(random.costAfter().macs()).isEqualTo(l1.costAfter().macs());
      assertThat(Pruning.cut(random).groups()).isNotEqualTo(Pruning.cut(l1).groups());
    }
  }

  @Test
  void oneSeedOneDraw() {
    assertThat(draw(4)).isEqualTo(draw(4)).isNotEqualTo(draw(5));
    // Groups of one width do not lose the same channels.
    assertThat(draw(4).stream().map(Cut.Group::kept).distinct()).hasSizeGreaterThan(20);
  }

  @Test
  void looksAtNoWeights() {
    Evidence without = Evidence.of(Pruning.analyse(network), Weights.empty());
    Pruned pruned = new RandomFilters(4).prune(without, Amount.preset("resnet56-b"));
    assertThat(pruned.cut().orElseThrow().groups()).isEqualTo(draw(4));
  }

  @Test
  void everyChannelIsAsLikelyToStay() {
    int[] stayed = new int[16];
    int draws = 2000;
    Network small = Pruning.network("resnet20");
    ChannelGroup group = Pruning.group(small, "stage1/block1/conv1");
    Evidence without = Evidence.of(Pruning.analyse(small), Weights.empty());
    for (int seed = 0; seed < draws; seed++) {
      double[] scores = new RandomFilters(seed).scores(group, without);
      for (int c = 0; c < scores.length; c++) {
        stayed[c] += scores[c] >= 8 ? 1 : 0;
      }
    }
    // Five standard deviations of a fair coin.
    double margin = 5 * Math.sqrt(draws * 0.25);
    for (int count : stayed) {
      assertThat((double) count).isBetween(draws / 2.0 - margin, draws / 2.0 + margin);
    }
  }

  private List<Cut.Group> draw(long seed) {
    Amount amount = Amount.preset("resnet56-b");
    return Pruning.cut(
            Pruning.decide(new RandomFilters(seed), network, network.initialise(1), amount))
        .groups();
  }
}
