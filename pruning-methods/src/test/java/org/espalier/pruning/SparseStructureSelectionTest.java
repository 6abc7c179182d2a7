package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.architectures.Options;
import org.espalier.graphs.rewrites.Cut;
import org.espalier.graphs.rewrites.InsertBranchScales;
import org.espalier.graphs.rewrites.InsertChannelScales;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparseStructureSelectionTest {
  private static final PruningMethod SSS = new SparseStructureSelection();

  private static Network scaled(String name, boolean channels) {
    Network plain = Pruning.WIRED.architectures().get(name).build(new Options(16, 16, 1, 10, 0.25));
    Rewritten scaled = new InsertBranchScales(Pruning.WIRED.rules()).apply(plain);
    return channels
        ? scaled.then(new InsertChannelScales(Pruning.WIRED.rules())).network()
        : scaled.network();
  }

  private static Weights with(Weights weights, String block, float scale) {
    return weights.with(block + "/sum/branch/scale", ShapedArray.scalar(scale));
  }

  /** What is zero goes and nothing that is computed changes; scales that stay are folded. */
  @ParameterizedTest
  @ValueSource(strings = {"resnet20", "preresnet20"})
  void whatTheTrainingMadeZeroGoes(String name) {
    Network network = scaled(name, false);
    Weights weights = TrainedWeights.of(network, 3);
    weights = with(weights, "stage1/block2", 0f);
    weights = with(weights, "stage2/block1", -0f);
    Decision decision = Pruning.decide(SSS, network, weights, Amount.ofZeros());
    assertThat(Pruning.cut(decision).branches())
        .containsExactly("stage1/block2/sum/branch/scale", "stage2/block1/sum/branch/scale");
    assertThat(decision.cut().orElseThrow().branches()).hasSize(2);
    Network small = decision.after().network();
    assertThat(small.parameters(k -> k == ParameterKind.BRANCH_SCALE)).isEmpty();
    assertThat(small.parameters())
        .noneMatch(p -> p.name().startsWith("stage1/block2/"))
        .noneMatch(p -> p.name().startsWith("stage2/block1/conv2/"));
    assertThat(TrainedWeights.error(decision.after(), new Model(network, weights)))
        .isLessThan(1e-5);
    assertThat(Pruning.proof(decision)).isLessThan(1e-5);
    assertThat(decision.notes().get(0))
        .startsWith(
            "2 of " + (name.equals("resnet20") ? 9 : 6) + " branches go: stage1/block2/sum/branch");
    assertThat(decision.notes()).hasSize(1);
  }

  @Test
  void aTrainingThatMadeNoZerosIsTold() {
    Network network = scaled("resnet20", false);
    Weights weights = with(TrainedWeights.of(network, 3), "stage3/block1", 0.25f);
    Decision decision = Pruning.decide(SSS, network, weights, Amount.ofZeros());
    assertThat(Pruning.cut(decision).branches()).isEmpty();
    assertThat(decision.notes())
        .singleElement()
        .asString()
        .startsWith("nothing goes: the smallest of 9 scales is 0.250;");
  }

  /** The smallest first, whatever their sign, and then outputs change: the masked ones are met. */
  @Test
  void aShareOfAllScalesGoes() {
    Network network = scaled("resnet20", false);
    Weights weights = TrainedWeights.of(network, 3);
    weights = with(weights, "stage1/block3", 0.1f);
    weights = with(weights, "stage3/block2", -0.2f);
    weights = with(weights, "stage2/block3", 0.3f);
    Decision decision = Pruning.decide(SSS, network, weights, Amount.ratio(0.25));
    assertThat(Pruning.cut(decision).branches())
        .containsExactly("stage1/block3/sum/branch/scale", "stage3/block2/sum/branch/scale");
    assertThat(decision.notes()).anyMatch(n -> n.contains("not zero, up to 0.200"));
    assertThat(Pruning.proof(decision)).isLessThan(1e-5);
    assertThat(TrainedWeights.error(decision.after(), new Model(network, weights)))
        .isGreaterThan(1e-3);
  }

  /** The fewest that meet a target: with one branch less it would be missed. */
  @Test
  void aTargetIsMetByTheFewest() {
    Network network = scaled("resnet20", false);
    Weights weights = TrainedWeights.of(network, 3);
    Decision decision = Pruning.decide(SSS, network, weights, Amount.macs(0.6));
    int gone = Pruning.cut(decision).branches().size();
    assertThat(decision.macFraction()).isBetween(0.4, 0.6);
    double less = (gone - 0.5) / 9;
    Decision before = Pruning.decide(SSS, network, weights, Amount.ratio(less));
    assertThat(Pruning.cut(before).branches()).hasSize(gone - 1);
    assertThat(before.macFraction()).isGreaterThan(0.6);
    Decision parameters = Pruning.decide(SSS, network, weights, Amount.parameters(0.5));
    assertThat((double) parameters.costAfter().parameters())
        .isLessThanOrEqualTo(0.5 * parameters.costBefore().parameters());
    assertThatThrownBy(() -> Pruning.decide(SSS, network, weights, Amount.macs(0.001)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("without all that has a scale");
  }

  /** Channels with scales of zero go with the branches; floors keep the largest of them. */
  @Test
  void channelsGoToo() {
    Network network = scaled("preresnet20", true);
    Weights weights = with(TrainedWeights.of(network, 3), "stage2/block2", 0f);
    List<String> vectors = new ArrayList<>();
    for (var p : network.parameters(k -> k == ParameterKind.BRANCH_SCALE)) {
      if (p.shape().rank() > 0) {
        vectors.add(p.name());
        float[] values = weights.get(p.name()).values().clone();
        values[1] = 0f;
        weights = weights.with(p.name(), new ShapedArray(p.shape(), values));
      }
    }
    assertThat(vectors).hasSize(12);
    float[] none = new float[weights.get(vectors.get(0)).values().length];
    weights =
        weights.with(vectors.get(0), new ShapedArray(weights.get(vectors.get(0)).shape(), none));
    Decision decision = Pruning.decide(SSS, network, weights, Amount.ofZeros());
    assertThat(Pruning.cut(decision).branches()).hasSize(1);
    assertThat(Pruning.cut(decision).groups())
        .hasSize(12)
        .filteredOn(g -> g.kept().size() > 1)
        .hasSize(11)
        .allSatisfy(g -> assertThat(g.kept()).hasSize(g.channels() - 1).doesNotContain(1));
    assertThat(decision.notes()).anyMatch(n -> n.contains("kept 1 because of floor and round-to"));
    assertThat(decision.after().network().parameters(k -> k == ParameterKind.BRANCH_SCALE))
        .isEmpty();
    assertThat(Pruning.proof(decision)).isLessThan(1e-5);
    assertThat(TrainedWeights.error(decision.after(), new Model(network, weights)))
        .isLessThan(1e-5);
    String first = Pruning.cut(decision).groups().get(0).id();
    Decision spared =
        Pruning.decide(
            SSS, network, weights, Amount.ofZeros().with(l -> l.exclude(List.of(first))));
    assertThat(Pruning.cut(spared).groups()).extracting(Cut.Group::id).doesNotContain(first);
  }

  @Test
  void whatSaysNothingIsRefused() {
    Network plain = Pruning.network("resnet20");
    assertThatThrownBy(() -> Pruning.decide(SSS, plain, plain.initialise(1), Amount.ofZeros()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("resnet20 has no scales of branches, groups or channels");
    Network network = scaled("resnet20", false);
    Weights weights = network.initialise(1);
    assertThatThrownBy(
            () -> Pruning.decide(SSS, network, weights, Amount.ratios(Map.of("stem", 0.5))))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("sss decides by its scales");
    assertThatThrownBy(() -> Pruning.decide(new L1Norm(), network, weights, Amount.ofZeros()))
        .isInstanceOf(UsageException.class)
        .hasMessage("as-trained says nothing to l1-norm, which has to be told how much goes");
    assertThatThrownBy(
            () ->
                new Amount(
                    java.util.Optional.empty(),
                    java.util.Optional.of(0.5),
                    java.util.Optional.empty(),
                    java.util.Optional.empty(),
                    List.of(),
                    true,
                    Limits.NONE))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("found ratio and as-trained");
    assertThat(Amounts.of(Amount.ofZeros()).all()).containsExactly(Amount.ofZeros());
    assertThat(Amount.ofZeros().title()).isEqualTo("as trained");
  }
}
