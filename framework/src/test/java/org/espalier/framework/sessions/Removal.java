package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import org.espalier.framework.TestNetworks;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.CutCost;
import org.espalier.graphs.rewrites.InsertMasks;
import org.espalier.graphs.rewrites.Masks;
import org.espalier.graphs.rewrites.RemoveChannels;

/** The property of all rules: a network without channels computes what it does with them masked. */
final class Removal {
  private static final int CUTS = 6;

  private Removal() {}

  /** Cuts the network at random, many times. */
  static void holds(Network network) {
    ChannelAnalysis analysis = ChannelAnalysis.of(network, TestNetworks.WIRED.rules());
    assertThat(analysis.prunable()).isNotEmpty();
    Weights weights = TestNetworks.weights(network, 1);
    for (long seed = 1; seed <= CUTS; seed++) {
      holds(analysis, weights, cut(analysis, seed), seed);
    }
  }

  private static void holds(ChannelAnalysis analysis, Weights weights, Cut cut, long seed) {
    Network network = analysis.network();
    Masks masks = Masks.silencing(cut, analysis);
    Rewritten masked = new InsertMasks(masks.byParameter().keySet()).apply(network);
    Rewritten removed = new RemoveChannels(cut, TestNetworks.WIRED.rules()).apply(analysis);
    ShapedArray images = TestNetworks.images(network, 4, seed);
    ShapedArray expected =
        logits(
            masked.network(), masks.put(masked.network(), masked.carry().apply(weights)), images);
    ShapedArray found = logits(removed.network(), removed.carry().apply(weights), images);
    assertThat(TestNetworks.error(found, expected)).as("%s", cut.groups()).isLessThan(1e-5);
    assertThat(TestNetworks.error(expected, logits(network, weights, images)))
        .as("what the cut changes")
        .isGreaterThan(1e-3);
    assertThat(TestNetworks.WIRED.costs().of(removed.network()).macs())
        .isLessThan(TestNetworks.WIRED.costs().of(network).macs())
        .isEqualTo(new CutCost(analysis).macs(cut));
  }

  /** The network without some channels. */
  static Network of(Network network, long seed) {
    ChannelAnalysis analysis = ChannelAnalysis.of(network, TestNetworks.WIRED.rules());
    return new RemoveChannels(cut(analysis, seed), TestNetworks.WIRED.rules())
        .apply(analysis)
        .network();
  }

  /** At least one channel goes from every group, and at least one stays. */
  private static Cut cut(ChannelAnalysis analysis, long seed) {
    return new Cut(
        "random",
        Map.of("seed", seed),
        analysis.prunable().stream().map(g -> Cut.Group.of(g, kept(g, seed))).toList());
  }

  private static int[] kept(ChannelGroup group, long seed) {
    RandomStream random = RandomStream.of(seed, group.id());
    int[] order = random.permutation(group.channels());
    int keep = 1 + random.nextInt(Math.max(1, group.channels() - 1));
    return Arrays.stream(order).limit(keep).sorted().toArray();
  }

  /** Why the channels of a layer stay. */
  static String reason(Network network, String group) {
    return ChannelAnalysis.of(network, TestNetworks.WIRED.rules()).groups().stream()
        .filter(g -> g.id().equals(group))
        .findFirst()
        .orElseThrow()
        .reason();
  }

  static ShapedArray logits(Network network, Weights weights, ShapedArray images) {
    try (Predictor predictor = new Predictor(new Model(network, weights), Machine.all())) {
      return predictor.logits(images);
    }
  }
}
