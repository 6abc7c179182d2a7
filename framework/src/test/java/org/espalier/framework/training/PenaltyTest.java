package org.espalier.framework.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.framework.TestNetworks;
import org.espalier.framework.data.Normalisation;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.ParameterKind;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.NodeDef;

/** What a penalty costs: a few nodes as small as the vectors that it is for. */
class PenaltyTest {
  private final Network network = TestNetworks.network("resnet8", 28, 1, 0.25);

  private NodeGraph written(Recipe recipe) {
    Feed feed = Feed.fitting(network, Normalisation.none(1));
    return TrainingGraph.write(network, feed, recipe, Loss.labels(), TestNetworks.WIRED.rules())
        .graph();
  }

  /** Besides, only the optimiser reads another sum; nothing else is read again or copied. */
  @Test
  void itAddsThreeOpsForEachVector() {
    NodeGraph plain = written(Recipe.CIFAR);
    NodeGraph slimming =
        written(Recipe.CIFAR.withPenalties(List.of(Penalty.parse("l1:bn-scale:0.0001"))));
    Set<NodeDef> before = Set.copyOf(plain.nodes());
    List<NodeDef> changed = slimming.nodes().stream().filter(n -> !before.contains(n)).toList();
    int scales = network.parameters(k -> k == ParameterKind.BN_SCALE).size();
    assertThat(
            changed.stream().collect(Collectors.groupingBy(NodeDef::getOp, Collectors.counting())))
        .containsOnlyKeys("Const", "Sign", "Mul", "AddV2", "ResourceApplyMomentum")
        .allSatisfy((op, count) -> assertThat(count).as(op).isEqualTo(scales));
    assertThat(changed)
        .filteredOn(n -> n.getOp().equals("Sign"))
        .allSatisfy(n -> assertThat(n.getInput(0)).endsWith("bn/scale/read"));
    assertThat(slimming.nodes()).hasSize(plain.nodes().size() + 4 * scales);
  }
}
