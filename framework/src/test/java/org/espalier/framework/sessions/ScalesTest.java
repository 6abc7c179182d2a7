package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.espalier.framework.TestNetworks;
import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Network;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.ops.OpRules;
import org.espalier.graphs.rewrites.FoldScales;
import org.espalier.graphs.rewrites.InsertBranchScales;
import org.espalier.graphs.rewrites.InsertChannelScales;
import org.espalier.graphs.rewrites.RemoveBranches;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scales of branches and channels, by what the networks compute. */
class ScalesTest {
  private static final OpRules RULES = TestNetworks.WIRED.rules();

  private static ShapedArray logits(Network network, Weights weights) {
    return Removal.logits(network, weights, TestNetworks.images(network, 4, 3));
  }

  /** A scale of zero is a branch that is gone; also where a stage begins, and several in a row. */
  @ParameterizedTest
  @CsvSource({
    "resnet20, 1, 28",
    "resnet20-sfp, 2, 28",
    "resnet50-cifar, 3, 28",
    "preresnet20, 1, 28",
    "resnet18, 2, 64",
    "preresnet50-sss, 3, 64"
  })
  void aBranchThatIsScaledToZeroMayGo(String name, int every, int size) {
    Network network = TestNetworks.network(name, size, 1, 0.125);
    Rewritten inserted = new InsertBranchScales(RULES).apply(network);
    Weights plain = TestNetworks.weights(network, 3);
    ShapedArray before = logits(network, plain);
    Weights weights = inserted.carry().apply(plain);
    assertThat(logits(inserted.network(), weights)).as("scales of one").isEqualTo(before);
    List<String> scales = RemoveBranches.scaled(inserted.network(), RULES);
    List<String> gone = new java.util.ArrayList<>();
    for (int i = 0; i < scales.size(); i++) {
      boolean goes = i % (every + 1) < every;
      weights = weights.with(scales.get(i), ShapedArray.scalar(goes ? 0f : 0.3f + i));
      if (goes) {
        gone.add(scales.get(i));
      }
    }
    ShapedArray masked = logits(inserted.network(), weights);
    assertThat(TestNetworks.error(masked, before)).isGreaterThan(0.01);
    Rewritten small = new RemoveBranches(gone, RULES).apply(inserted.network());
    Weights left = small.carry().apply(weights).matching(small.network().parameters(), "left");
    assertThat(TestNetworks.error(logits(small.network(), left), masked)).isLessThan(1e-6);
    Rewritten folded = new FoldScales().apply(small.network());
    assertThat(RemoveBranches.scaled(folded.network(), RULES)).isEmpty();
    assertThat(TestNetworks.error(logits(folded.network(), folded.carry().apply(left)), masked))
        .isLessThan(1e-5);
  }

  /** Scales of channels are cut with them, and folded exactly. */
  @ParameterizedTest
  @ValueSource(strings = {"vgg11", "resnet8", "preresnet11", "lenet5"})
  void channelsWithScalesAreCutAsOthers(String name) {
    Network network = TestNetworks.network(name, 28, 1, 0.25);
    GraphRewrite insert = new InsertChannelScales(RULES);
    Rewritten scaled = insert.apply(network);
    Weights weights = TestNetworks.weights(scaled.network(), 4);
    Rewritten folded = new FoldScales().apply(scaled.network());
    assertThat(folded.network().graph()).isEqualTo(network.graph());
    ShapedArray before = logits(scaled.network(), weights);
    assertThat(TestNetworks.error(logits(network, weights), before)).isGreaterThan(0.001);
    assertThat(TestNetworks.error(logits(network, folded.carry().apply(weights)), before))
        .isLessThan(1e-5);
    Removal.holds(scaled.network());
  }
}
