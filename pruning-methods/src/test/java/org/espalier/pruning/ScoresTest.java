package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;
import org.junit.jupiter.api.Test;

class ScoresTest {
  private static final String KERNEL = "conv1/kernel";
  private static final Amount HALF = Amount.ratio(0.5);

  private final Network network = Pruning.network("vgg11");
  private final Weights weights = network.initialise(3);
  private final ScoringMethod l1 = Pruning.method("l1-norm");

  @Test
  void theScoreIsTheSumOfAbsoluteWeights() {
    ChannelGroup group = Pruning.group(network, "conv1");
    double[] scores = Pruning.scores(l1, group, network, weights);
    float[] kernel = weights.get(KERNEL).values();
    double expected = 0;
    for (int i = 5; i < kernel.length; i += 64) {
      expected += Math.abs(kernel[i]);
    }
    assertThat(scores).hasSize(64);
    assertThat(scores[5]).isEqualTo(expected);
  }

  @Test
  void layersThatMakeChannelsTogetherAreSummed() {
    Network resNet = Pruning.network("resnet20");
    ChannelGroup trunk =
        Pruning.analyse(resNet).prunable().stream()
            .filter(ChannelGroup::isCoupled)
            .findFirst()
            .orElseThrow();
    Weights drawn = resNet.initialise(1);
    double[] together = Pruning.scores(l1, trunk, resNet, drawn);
    List<Member> producers = trunk.members(Member.Role.PRODUCER);
    double[] sum = new double[trunk.channels()];
    for (Member producer : producers) {
      ChannelGroup alone =
          new ChannelGroup("one", trunk.channels(), true, "", false, List.of(producer));
      double[] scores = Pruning.scores(l1, alone, resNet, drawn);
      Arrays.setAll(sum, i -> sum[i] + scores[i]);
    }
    assertThat(producers).hasSizeGreaterThan(1);
    assertThat(together).containsExactly(sum);
  }

  @Test
  void scoresDoNotDependOnOtherGroups() {
    Weights others = network.initialise(99).with(KERNEL, weights.get(KERNEL));
    ChannelGroup group = Pruning.group(network, "conv1");
    assertThat(Pruning.scores(l1, group, network, others))
        .containsExactly(Pruning.scores(l1, group, network, weights));
    assertThat(kept(others, HALF)).isEqualTo(kept(weights, HALF));
    assertThat(kept(weights, HALF.with(l -> l.exclude(List.of("conv2")))))
        .isEqualTo(kept(weights, HALF));
  }

  @Test
  void permutedFiltersPermuteTheKeptSet() {
    int[] order = RandomStream.root(5).permutation(64);
    Weights permuted = weights.with(KERNEL, weights.get(KERNEL).gather(3, order));
    Set<Integer> back = new TreeSet<>();
    kept(permuted, HALF).forEach(k -> back.add(order[k]));
    assertThat(List.copyOf(back)).isEqualTo(kept(weights, HALF));
  }

  @Test
  void tiesGoToTheLowerIndex() {
    Shape shape = network.parameter(KERNEL).shape();
    Weights even = weights.with(KERNEL, ShapedArray.filled(shape, -0.5f));
    assertThat(kept(even, Amount.ratio(0.95))).containsExactly(0, 1, 2);
  }

  @Test
  void weightsThatDoNotFitAreRefused() {
    Weights diverged =
        weights.with(KERNEL, ShapedArray.filled(network.parameter(KERNEL).shape(), Float.NaN));
    assertThatThrownBy(() -> kept(diverged, HALF))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("group 'conv1', channel 0: expected a finite l1-norm score");
    assertThatThrownBy(() -> kept(weights.with(KERNEL, ShapedArray.filled(Shape.of(3), 1f)), HALF))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(KERNEL);
  }

  @Test
  void everyMethodIsBoundAndSaysWhatItDoes() {
    assertThat(Pruning.WIRED.words().all(PruningMethod.class).keySet())
        .containsExactly(
            "bn-scale",
            "fpgm",
            "group-magnitude",
            "hessian",
            "l1-norm",
            "l2-norm",
            "lamp",
            "magnitude",
            "n-m",
            "random",
            "random-weights",
            "regression",
            "slimming",
            "snip",
            "sss",
            "taylor",
            "thinet",
            "zero-filters");
    Pruning.WIRED
        .words()
        .all(PruningMethod.class)
        .values()
        .forEach(kind -> assertThat(kind.description()).isNotBlank().doesNotContain("\n"));
    assertThatThrownBy(() -> Pruning.method("l1norm"))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("unknown pruning method 'l1norm'; nearest: l1-norm");
  }

  private List<Integer> kept(Weights of, Amount settings) {
    return Pruning.byId(Pruning.decide("l1-norm", network, of, settings)).get("conv1").kept();
  }
}
