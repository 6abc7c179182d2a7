package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.espalier.graphs.Network;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.rewrites.Cut;
import org.junit.jupiter.api.Test;

class RandomFiltersTest {
  private final Network network = Pruning.network("resnet56");

  @Test
  void keepsTheWidthsOfTheMethodItControls() {
    for (PruningSettings settings :
        List.of(
            PruningSettings.ofPreset("resnet56-b"),
            PruningSettings.ofRatio(0.37).withCoupled(true),
            PruningSettings.ofTargetMacs(0.6))) {
      Decision random = Pruning.decide("random", network, settings);
      Decision l1 = Pruning.decide("l1-norm", network, settings);
      assertThat(Pruning.widths(random)).isEqualTo(Pruning.widths(l1));
      assertThat(random.macsAfter()).isEqualTo(l1.macsAfter());
      assertThat(random.cut().groups()).isNotEqualTo(l1.cut().groups());
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
    Decision without =
        Pruning.decide(
            "random", network, Weights.empty(), PruningSettings.ofPreset("resnet56-b").withSeed(4));
    assertThat(without.cut().groups()).isEqualTo(draw(4));
  }

  @Test
  void everyChannelIsAsLikelyToStay() {
    int[] stayed = new int[16];
    int draws = 2000;
    ChannelGroup group = Pruning.group(Pruning.network("resnet20"), "stage1/block1/conv1");
    for (int seed = 0; seed < draws; seed++) {
      double[] scores =
          new RandomFilters()
              .scores(group, Weights.empty(), PruningSettings.ofRatio(0.5).withSeed(seed));
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
    return Pruning.decide("random", network, PruningSettings.ofPreset("resnet56-b").withSeed(seed))
        .cut()
        .groups();
  }
}
