package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.espalier.framework.TestNetworks;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.architectures.PaddedShortcut;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.FoldBatchNorm;
import org.espalier.graphs.rewrites.InferenceForm;
import org.espalier.graphs.rewrites.InsertMasks;
import org.espalier.graphs.rewrites.Masks;
import org.espalier.graphs.rewrites.RemoveChannels;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The network with channels masked to silence, the network with them removed, and both of them
 * prepared for serving compute the same function, for any cut of any groups.
 */
@Tag("slow")
class MaskedIsRemovedTest {
  private static final double TOLERANCE = 1e-5;

  /** Those for small images, but only the shallowest of Soft Filter Pruning's: they are alike. */
  static List<String> architectures() {
    return TestNetworks.WIRED.architectures().names().stream()
        .filter(n -> TestNetworks.WIRED.architectures().get(n).defaults().height() <= 32)
        .filter(n -> !n.endsWith("-sfp") || n.equals("resnet20-sfp"))
        .toList();
  }

  private static ShapedArray logits(Network network, Weights weights, ShapedArray images) {
    try (Predictor predictor = new Predictor(new Model(network, weights), Machine.all())) {
      return predictor.logits(images);
    }
  }

  /** A cut, and the network masked and removed by it, with weights. */
  private static final class Pair {
    final Rewritten masked;
    final Weights maskedWeights;
    final Rewritten removed;
    final Weights removedWeights;

    Pair(Network network, long seed) {
      ChannelAnalysis analysis = ChannelAnalysis.of(network, TestNetworks.WIRED.rules());
      Cut cut = TestNetworks.randomCut(analysis, seed);
      Weights weights = TestNetworks.weights(network, seed);
      Masks masks = Masks.silencing(cut, analysis);
      masked = new InsertMasks(masks.byParameter().keySet()).apply(network);
      maskedWeights = masks.put(masked.network(), masked.carry().apply(weights));
      removed = new RemoveChannels(cut, TestNetworks.WIRED.rules()).apply(analysis);
      removedWeights = removed.carry().apply(weights);
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void forEveryArchitecture(String name) {
    holds(TestNetworks.network(name, 32, 3, 0.25), 1);
    if (!name.startsWith("resnet110")) { // it is deep, and other ResNets are here
      holds(TestNetworks.network(name, 28, 1, 0.25), 2);
    }
  }

  /** Also where the trunk widens by an odd number of channels: 5 to 10 and 10 to 19. */
  @ParameterizedTest
  @EnumSource(names = {"AVERAGE_MIDDLE", "SUBSAMPLE_MIDDLE"})
  void forChannelsOfZerosOnBothSides(PaddedShortcut shortcut) {
    holds(TestNetworks.network("resnet8", shortcut, 32, 0.25), 1);
    holds(TestNetworks.network("resnet8", shortcut, 29, 0.3), 2);
    holds(TestNetworks.network("resnet8", shortcut, 16, 0.3), 3);
  }

  /** One of each kind of network for ImageNet: narrow, and on small images. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "vgg11-slimming-imagenet",
        "thinet-gap",
        "vgg16-5x",
        "resnet18",
        "thinet-resnet50-30",
        "resnet50-2x",
        "preresnet50-sss",
        "resnet26-sss"
      })
  void forNetworksOfImageNet(String name) {
    holds(TestNetworks.network(name, 64, 3, 0.1), 1);
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 4, 5, 6, 7})
  void forManyCuts(long seed) {
    holds(TestNetworks.network("resnet20", 29, 3, 0.5), seed);
    holds(TestNetworks.network("vgg16", 33, 1, 0.25), seed);
  }

  private static void holds(Network network, long seed) {
    Pair pair = new Pair(network, seed);
    ShapedArray images = TestNetworks.images(network, 4, seed);
    ShapedArray masked = logits(pair.masked.network(), pair.maskedWeights, images);
    ShapedArray removed = logits(pair.removed.network(), pair.removedWeights, images);
    ShapedArray whole = logits(network, TestNetworks.weights(network, seed), images);
    assertThat(TestNetworks.error(masked, whole)).as("what the cut changes").isGreaterThan(0.01);
    assertThat(spread(masked)).as("what the images change").isGreaterThan(10 * TOLERANCE);
    assertThat(TestNetworks.error(removed, masked)).isLessThan(TOLERANCE);
    assertThat(TestNetworks.WIRED.costs().of(pair.removed.network()).macs())
        .isLessThan(TestNetworks.WIRED.costs().of(network).macs());
  }

  /** How much the logits of images differ: a network deaf to them would prove nothing. */
  private static double spread(ShapedArray logits) {
    return TestNetworks.error(
        logits.gather(0, new int[] {0, 1}), logits.gather(0, new int[] {2, 3}));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"vgg11", "vgg16-slimming", "vgg16-a", "vgg16-bn", "resnet20", "resnet56-a"})
  void afterPreparingForServing(String name) {
    Network network = TestNetworks.network(name, 32, 3, 0.25);
    Pair pair = new Pair(network, 12);
    ShapedArray images = TestNetworks.images(network, 4, 12);
    ShapedArray expected = logits(pair.masked.network(), pair.maskedWeights, images);
    serves(pair.masked, pair.maskedWeights, images, expected);
    serves(pair.removed, pair.removedWeights, images, expected);
  }

  private static void serves(
      Rewritten trained, Weights weights, ShapedArray images, ShapedArray expected) {
    Rewritten inference = new InferenceForm().apply(trained.network());
    Weights merged = inference.carry().apply(weights);
    assertThat(TestNetworks.error(logits(inference.network(), merged, images), expected))
        .isLessThan(TOLERANCE);
    Rewritten folded = new FoldBatchNorm().apply(inference.network());
    Weights small = folded.carry().apply(merged);
    assertThat(folded.network().graph().nodes())
        .noneMatch(n -> n.getOp().startsWith("FusedBatchNorm"));
    assertThat(small.names()).hasSameSizeAs(folded.network().parameters());
    double error = TestNetworks.error(logits(folded.network(), small, images), expected);
    assertThat(error).isLessThan(TOLERANCE);
  }
}
