package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.espalier.graphs.Network;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.architectures.Architecture;
import org.espalier.graphs.architectures.Options;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.rewrites.Cut;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RatioTest {
  /** What stays of a group of such a width. */
  private static int kept(int width, double ratio, Limits limits) {
    List<ChannelGroup> one = List.of(new ChannelGroup("a", width, true, "", false, List.of()));
    return Widths.of(one, new int[] {Widths.asked(width, ratio)}, limits).kept()[0];
  }

  /** The published widths; 10 x (1 - 0.9) is just below 1 in doubles, and the floor steps in. */
  @ParameterizedTest
  @CsvSource({
    "16, 0.1, 14",
    "16, 0.6, 6",
    "16, 0.5, 8",
    "32, 0.1, 28",
    "32, 0.3, 22",
    "32, 0.4, 19",
    "64, 0.1, 57",
    "64, 0.3, 44",
    "10, 0.9, 0",
    "7, 0, 7",
    "64, 0.999, 0"
  })
  void truncatesInDoublePrecision(int width, double ratio, int kept) {
    assertThat(Widths.asked(width, ratio)).isEqualTo(kept);
    assertThat(kept(width, ratio, Limits.NONE)).isEqualTo(Math.max(1, kept));
  }

  @ParameterizedTest
  @CsvSource({
    "64, 0.5, 1, 8, 32",
    "64, 0.45, 1, 8, 40",
    "57, 0, 1, 8, 57",
    "64, 0.999, 1, 8, 8",
    "6, 0.5, 1, 8, 6",
    "64, 0.9, 10, 4, 12",
    "64, 0.5, 100, 1, 64"
  })
  void roundsUpAndKeepsTheFloor(int width, double ratio, int floor, int roundTo, int kept) {
    assertThat(kept(width, ratio, Limits.NONE.floor(floor).roundTo(roundTo))).isEqualTo(kept);
  }

  @Test
  void cutsWhatOneLayerMakesUnlessAskedForMore() {
    Network network = Pruning.network("resnet20");
    Map<String, Integer> inner =
        Pruning.widths(Pruning.decide("l1-norm", network, Amount.ratio(0.5)));
    assertThat(inner).hasSize(9).allSatisfy((id, w) -> assertThat(id).endsWith("/conv1"));

    Map<String, Integer> all =
        Pruning.widths(
            Pruning.decide("l1-norm", network, Amount.ratio(0.5).with(l -> l.coupled(true))));
    assertThat(all.keySet()).containsAll(inner.keySet()).hasSizeGreaterThan(inner.size());
    assertThat(all).containsAllEntriesOf(inner);
    assertThat(all.keySet())
        .containsExactlyInAnyOrderElementsOf(
            Pruning.analyse(network).prunable().stream().map(ChannelGroup::id).toList());
  }

  @Test
  void theFloorActsAndSaysSo() {
    Network network = Pruning.network("resnet20");
    Decision decision = Pruning.decide("l1-norm", network, Amount.ratio(0.95));
    assertThat(decision.notes())
        .containsExactly(
            "group 'stage1/block1/conv1': 0 of 16 channels were to stay, kept 1 because the floor"
                + " is 1",
            "group 'stage1/block2/conv1': 0 of 16 channels were to stay, kept 1 because the floor"
                + " is 1",
            "group 'stage1/block3/conv1': 0 of 16 channels were to stay, kept 1 because the floor"
                + " is 1");
    assertThat(Pruning.decide("l1-norm", network, Amount.ratio(0.5)).notes()).isEmpty();
  }

  @Tag("wide")
  @Test
  void noLayerIsEverEmptied() {
    for (String name : Pruning.WIRED.architectures().names()) {
      Architecture architecture = Pruning.WIRED.architectures().get(name);
      Options paper = architecture.defaults();
      boolean large = paper.height() > 64; // then its weights would take seconds to draw
      Network network =
          architecture.build(large ? paper.withInput(64, 64, 3).withWidthFactor(0.1) : paper);
      Amount settings = Amount.ratio(0.999).with(l -> l.coupled(true));
      Decision decision = Pruning.decide("random", network, settings);
      assertThat(Pruning.cut(decision).groups()).isNotEmpty();
      for (Cut.Group group : Pruning.cut(decision).groups()) {
        assertThat(group.kept()).as(name + " " + group.id()).isNotEmpty();
        boolean acted = Widths.asked(group.channels(), 0.999) == 0;
        assertThat(decision.notes().stream().anyMatch(n -> n.contains("'" + group.id() + "'")))
            .isEqualTo(acted);
      }
      assertThat(Pruning.costAfter(network, Pruning.cut(decision)).layers())
          .allSatisfy(layer -> assertThat(layer.macs()).isNotNegative());
      assertThat(decision.costAfter().macs()).isPositive().isLessThan(decision.costBefore().macs());
    }
  }

  @Test
  void ratioZeroKeepsEverything() {
    Decision decision = Pruning.decide("l1-norm", Pruning.network("vgg11"), Amount.ratio(0));
    assertThat(Pruning.cut(decision).changed()).isEmpty();
    assertThat(decision.macFraction()).isEqualTo(1);
  }

  @Test
  void excludedGroupsStayWholeAndUnknownOnesAreNamed() {
    Network network = Pruning.network("vgg11");
    Amount settings = Amount.ratio(0.5);
    assertThat(
            Pruning.widths(
                Pruning.decide(
                    "l1-norm", network, settings.with(l -> l.exclude(List.of("conv1"))))))
        .doesNotContainKey("conv1")
        .containsKey("conv2");
    assertThatThrownBy(
            () ->
                Pruning.decide(
                    "l1-norm", network, settings.with(l -> l.exclude(List.of("convv1")))))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("unknown channel group 'convv1'; nearest: conv1");
    List<String> all = Pruning.analyse(network).prunable().stream().map(ChannelGroup::id).toList();
    assertThatThrownBy(() -> Pruning.decide("l1-norm", network, settings.with(l -> l.exclude(all))))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("nothing to cut in vgg11");
  }
}
