package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.espalier.graphs.Network;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.rewrites.RemoveChannels;
import org.junit.jupiter.api.Test;

class PresetsTest {
  @Test
  void scalesToANarrowNetwork() {
    Map<String, Integer> widths =
        Pruning.widths(
            Pruning.decide("l1-norm", Pruning.narrow("vgg16", 0.25), Amount.preset("vgg16-a")));
    assertThat(widths)
        .containsOnlyKeys("conv1", "conv8", "conv9", "conv10", "conv11", "conv12", "conv13")
        .containsEntry("conv1", 8)
        .containsEntry("conv8", 64);
    for (double width : List.of(0.03, 0.1, 0.3, 1.7)) {
      assertThat(
              Pruning.cut(
                      Pruning.decide(
                          "l1-norm",
                          Pruning.narrow("resnet56", width),
                          Amount.preset("resnet56-b")))
                  .groups())
          .hasSize(21);
      assertThat(
              Pruning.cut(
                      Pruning.decide(
                          "l1-norm",
                          Pruning.narrow("resnet34", width),
                          Amount.preset("resnet34-b")))
                  .groups())
          .hasSize(8);
    }
  }

  @Test
  void fitsOnlyItsOwnNetwork() {
    for (String other : List.of("vgg19", "vgg16-a", "vgg16-slimming", "resnet56")) {
      refuses("vgg16-a", Pruning.network(other), "is for vgg16; this is " + other);
    }
    // All groups of ResNet-56 are in ResNet-110 too.
    refuses("resnet56-a", Pruning.network("resnet110"), "is for resnet56; this is resnet110");
  }

  @Test
  void refusesWhatWasCutBefore() {
    Network network = Pruning.network("vgg16");
    Decision decision = Pruning.decide("l1-norm", network, Amount.preset("vgg16-a"));
    Network cut =
        new RemoveChannels(Pruning.cut(decision), Pruning.WIRED.rules()).apply(network).network();
    refuses("vgg16-a", cut, "group 'conv2' has 64 channels where 32 were expected");
  }

  @Test
  void refusesATwinOfAnotherShape() {
    refuses("vgg16-a", Pruning.network("resnet20").named("vgg16"), "no group 'conv1'");
  }

  @Test
  void unknownNamesAreAnsweredWithTheNearest() {
    assertThatThrownBy(
            () -> Pruning.decide("l1-norm", Pruning.network("vgg16"), Amount.preset("vgg16a")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("unknown preset 'vgg16a'; nearest: vgg16-a");
  }

  @Test
  void excludedGroupsStayWhole() {
    Amount settings = Amount.preset("vgg16-a").with(l -> l.exclude(List.of("conv1", "conv13")));
    assertThat(Pruning.widths(Pruning.decide("l1-norm", Pruning.network("vgg16"), settings)))
        .containsOnlyKeys("conv8", "conv9", "conv10", "conv11", "conv12");
  }

  private static void refuses(String preset, Network network, String why) {
    assertThatThrownBy(() -> Pruning.decide("l1-norm", network, Amount.preset(preset)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("preset '" + preset + "' is for ")
        .hasMessageContaining(why);
  }
}
