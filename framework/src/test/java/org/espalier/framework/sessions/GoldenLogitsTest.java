package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.espalier.framework.TestNetworks;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.architectures.PaddedShortcut;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.RemoveChannels;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logits are those that PyTorch computes in double precision, relative to the largest of them. */
@Tag("slow")
class GoldenLogitsTest {
  private static final double TOLERANCE = 1e-5;

  private static void matches(String fixture, Network network, Weights weights) {
    JsonNode golden = GoldenWeights.fixture(fixture);
    assertThat(GoldenWeights.checksum(weights))
        .as("checksum of the weights")
        .isCloseTo(golden.get("checksum").doubleValue(), withinPercentage(1e-8));
    ShapedArray images = GoldenWeights.images("images", golden.get("images"));
    try (Predictor predictor = new Predictor(new Model(network, weights), Machine.all())) {
      double error =
          TestNetworks.error(predictor.logits(images), GoldenWeights.matrix(golden.get("logits")));
      assertThat(error).isLessThan(TOLERANCE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"vgg16", "vgg19", "vgg19-slimming", "resnet56", "resnet110"})
  void ofTheReferenceNetworks(String name) {
    Network network = TestNetworks.network(name, 32, 3, 1);
    matches("logits-" + name, network, GoldenWeights.of(network));
  }

  /** By {@code make_golden_imagenet.py}; the post-activation ResNets are torchvision's. */
  @ParameterizedTest
  @CsvSource({
    "resnet18, 64, 3, 1",
    "resnet50, 64, 3, 1",
    "preresnet50-imagenet, 64, 3, 1",
    "vgg16-bn-imagenet, 64, 3, 0.25",
    "lenet5, 28, 1, 1",
    "resnet20-sfp, 32, 3, 1",
    "resnet50-cifar, 32, 3, 1"
  })
  void ofOtherNetworks(String name, int size, int channels, double width) {
    Network network = TestNetworks.network(name, size, channels, width);
    matches("logits-" + name, network, GoldenWeights.of(network));
  }

  /** Where pixels and new channels of zeros lie, with weights of the same shapes. */
  @ParameterizedTest
  @CsvSource({
    "resnet20, subsample-middle, SUBSAMPLE_MIDDLE",
    "resnet20-sfp, subsample-middle, SUBSAMPLE_MIDDLE",
    "resnet20, average-middle, AVERAGE_MIDDLE",
    "resnet20, sfp, SUBSAMPLE"
  })
  void ofOtherShortcuts(String name, String fixture, PaddedShortcut shortcut) {
    Network network = TestNetworks.network(name, shortcut, 32, 1);
    matches("logits-resnet20-" + fixture, network, GoldenWeights.of(network));
  }

  @ParameterizedTest
  @CsvSource({"vgg16, vgg16-a", "resnet56, resnet56-b"})
  void ofPrunedNetworks(String name, String preset) {
    Network network = TestNetworks.network(name, 32, 3, 1);
    ChannelAnalysis analysis = ChannelAnalysis.of(network, TestNetworks.WIRED.rules());
    List<Cut.Group> groups = new ArrayList<>();
    JsonNode kept = GoldenWeights.fixture("l1-kept").get(preset);
    for (ChannelGroup g : analysis.groups()) {
      JsonNode channels = kept.get(g.id() + "/kernel");
      if (channels != null) {
        groups.add(Cut.Group.of(g, GoldenWeights.ints(channels)));
      }
    }
    assertThat(groups).hasSize(kept.size());
    Rewritten smaller =
        new RemoveChannels(
                new Cut("l1-norm", Map.of("preset", preset), groups), TestNetworks.WIRED.rules())
            .apply(analysis);
    matches(
        "logits-pruned-" + preset,
        smaller.network(),
        smaller.carry().apply(GoldenWeights.of(network)));
  }
}
