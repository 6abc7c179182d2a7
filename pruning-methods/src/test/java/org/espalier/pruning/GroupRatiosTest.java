package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.espalier.graphs.Network;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.rewrites.Cut;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shares of single groups. */
class GroupRatiosTest {
  private final Network network = Pruning.network("vgg16");

  private static Amount settings(
      Optional<Double> ratio,
      Optional<Double> macs,
      Optional<Double> parameters,
      Map<String, Double> ratios) {
    return new Amount(
        Optional.empty(), ratio, macs, parameters, Amount.ratios(ratios).ratios(), Limits.NONE);
  }

  @Test
  void namedGroupsGetTheirWidthsAndOthersStay() {
    Map<String, Double> ratios = new LinkedHashMap<>();
    ratios.put("conv1", 0.5);
    ratios.put("conv3", 0.25);
    ratios.put("conv13", 0.9);
    Decision decision = Pruning.decide("l1-norm", network, Amount.ratios(ratios));
    assertThat(Pruning.widths(decision))
        .isEqualTo(Map.of("conv1", 32, "conv3", 96, "conv13", (int) (512 * (1 - 0.9))));
    assertThat(Pruning.cut(decision).settings())
        .containsEntry("ratios", List.of("conv1=0.5", "conv3=0.25", "conv13=0.9"))
        .doesNotContainKey("ratio");
  }

  @Test
  void withARatioForTheOthers() {
    Decision decision =
        Pruning.decide(
            "l1-norm",
            network,
            settings(Optional.of(0.5), Optional.empty(), Optional.empty(), Map.of("conv1", 0.0)));
    Map<String, Integer> widths = Pruning.widths(decision);
    assertThat(widths).containsEntry("conv1", 64).containsEntry("conv2", 32);
    assertThat(widths)
        .hasSize(
            (int) Pruning.analyse(network).prunable().stream().filter(g -> !g.isCoupled()).count());
  }

  /** Who names a trunk means it. */
  @Test
  void aNamedTrunkIsCut() {
    Network resNet = Pruning.network("resnet20");
    ChannelGroup trunk =
        Pruning.analyse(resNet).prunable().stream()
            .filter(ChannelGroup::isCoupled)
            .findFirst()
            .orElseThrow();
    Decision decision = Pruning.decide("l1-norm", resNet, Amount.ratios(Map.of(trunk.id(), 0.5)));
    assertThat(Pruning.widths(decision)).isEqualTo(Map.of(trunk.id(), trunk.channels() / 2));
  }

  /** A ratio for the others speaks of trunks only where they are asked for. */
  @Test
  void theOthersAreTrunksTooIfCoupled() {
    Network resNet = Pruning.network("resnet20");
    Amount amount =
        settings(
            Optional.of(0.5),
            Optional.empty(),
            Optional.empty(),
            Map.of("stage1/block1/conv1", 0.25));
    Map<String, Integer> inner = Pruning.widths(Pruning.decide("l1-norm", resNet, amount));
    assertThat(inner).hasSize(9).containsEntry("stage1/block1/conv1", 12).doesNotContainKey("stem");
    Map<String, Integer> all =
        Pruning.widths(Pruning.decide("l1-norm", resNet, amount.with(l -> l.coupled(true))));
    assertThat(all).hasSize(12).containsAllEntriesOf(inner).containsEntry("stem", 8);
  }

  /** What is decided names every group that could have been cut, those that stay whole too. */
  @Test
  void aDecisionNamesTheGroupsThatStay() {
    Decision decision = Pruning.decide("l1-norm", network, Amount.ratios(Map.of("conv1", 0.5)));
    Map<String, Integer> named =
        decision.cut().orElseThrow().groups().stream()
            .collect(Collectors.toMap(Cut.Group::id, g -> g.kept().size()));
    assertThat(named)
        .hasSize(Pruning.analyse(network).prunable().size())
        .containsEntry("conv1", 32)
        .containsEntry("conv2", 64);
  }

  @Test
  void excludedOnesStay() {
    Amount both = Amount.ratios(Map.of("conv1", 0.5, "conv2", 0.5));
    assertThat(
            Pruning.widths(
                Pruning.decide("l1-norm", network, both.with(l -> l.exclude(List.of("conv1"))))))
        .isEqualTo(Map.of("conv2", 32));
  }

  @Test
  void unknownGroupsAreNamedWithTheNearest() {
    Amount settings = Amount.ratios(Map.of("convv3", 0.5));
    assertThatThrownBy(() -> Pruning.decide("l1-norm", network, settings))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("unknown channel group 'convv3'; nearest: ")
        .hasMessageContaining(" conv3");
  }

  @Test
  void groupsThatMustStaySayWhy() {
    ChannelGroup classes =
        Pruning.analyse(network).groups().stream()
            .filter(g -> !g.prunable())
            .reduce((first, second) -> second)
            .orElseThrow();
    Amount settings = Amount.ratios(Map.of(classes.id(), 0.5));
    assertThatThrownBy(() -> Pruning.decide("l1-norm", network, settings))
        .isInstanceOf(UsageException.class)
        .hasMessage("group '%s' cannot be cut: %s".formatted(classes.id(), classes.reason()));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, -0.5, Double.NaN})
  void sharesAreBelowOne(double ratio) {
    assertThatThrownBy(() -> Amount.ratios(Map.of("conv1", ratio)))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("the ratio of group 'conv1' must be at least 0 and below 1");
  }

  @Test
  void targetsFindTheSharesThemselves() {
    Map<String, Double> ratios = Map.of("conv1", 0.5);
    assertThatThrownBy(() -> settings(Optional.empty(), Optional.of(0.5), Optional.empty(), ratios))
        .isInstanceOf(UsageException.class)
        .hasMessage("ratios of single groups go with ratio, not with target-macs");
    assertThatThrownBy(() -> settings(Optional.empty(), Optional.empty(), Optional.of(0.5), ratios))
        .isInstanceOf(UsageException.class)
        .hasMessage("ratios of single groups go with ratio, not with target-parameters");
  }
}
