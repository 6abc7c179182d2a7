package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.Network;
import org.espalier.graphs.Rewritten;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;
import org.espalier.graphs.rewrites.FoldBatchNorm;
import org.espalier.graphs.settings.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each score against sums written out by hand. */
class DataFreeScoresTest {
  private static final Amount HALF = Amount.ratio(0.5);

  private final Network network = Pruning.network("vgg11");
  private final Weights weights = network.initialise(3);
  private final ChannelGroup group = Pruning.group(network, "conv1");
  private final float[] kernel = weights.get("conv1/kernel").values();

  private double[] scores(String method, Weights of) {
    return Pruning.scores(Pruning.method(method), group, network, of);
  }

  @Test
  void l2IsTheEuclideanNorm() {
    double squares = 0;
    for (int i = 5; i < kernel.length; i += 64) {
      squares += (double) kernel[i] * kernel[i];
    }
    assertThat(scores("l2-norm", weights)[5]).isCloseTo(Math.sqrt(squares), within(1e-12));
  }

  @Test
  void fpgmIsTheSumOfDistances() {
    double sum = 0;
    for (int other = 0; other < 64; other++) {
      double squares = 0;
      for (int row = 0; row < kernel.length; row += 64) {
        squares += Math.pow((double) kernel[row + 5] - kernel[row + other], 2);
      }
      sum += Math.sqrt(squares);
    }
    assertThat(scores("fpgm", weights)[5]).isCloseTo(sum, within(1e-9));
  }

  /** The point of the method: it is the common filter that goes, not the small one. */
  @Tag("wide")
  @Test
  void fpgmKeepsASmallFilterThatIsUnlikeTheOthers() {
    float[] alike = new float[kernel.length];
    for (int i = 0; i < alike.length; i++) {
      alike[i] = i % 64 == 7 ? 0.01f : 1f + kernel[i] / 100;
    }
    Weights set =
        weights.with("conv1/kernel", new ShapedArray(weights.get("conv1/kernel").shape(), alike));
    assertThat(kept("fpgm", set)).contains(7);
    assertThat(kept("l2-norm", set)).doesNotContain(7);
  }

  @Test
  void batchNormScaleIsTheAbsoluteScale() {
    String scale = group.members(Member.Role.FOLLOWER).get(0).parameter().name();
    assertThat(scale).isEqualTo("conv1/bn/scale");
    float[] values = new float[64];
    for (int c = 0; c < 64; c++) {
      values[c] = (c % 2 == 0 ? -1 : 1) * (c + 1);
    }
    Weights set = weights.with(scale, new ShapedArray(weights.get(scale).shape(), values));
    double[] scores = scores("bn-scale", set);
    for (int c = 0; c < 64; c++) {
      assertThat(scores[c]).isEqualTo(c + 1.0);
    }
    assertThat(kept("bn-scale", set).get(0)).isEqualTo(32);
  }

  @Test
  void withoutAnyBatchNormBnScaleSaysSo() {
    Rewritten folded = new FoldBatchNorm().apply(network);
    assertThatThrownBy(
            () -> Pruning.decide("bn-scale", folded.network(), folded.carry().apply(weights), HALF))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("bn-scale can score no channel group of vgg11")
        .hasMessageContaining("no batch norm follows it");
  }

  @Test
  void aGroupThatTheMethodCannotScoreStaysWholeAndIsNoted() {
    @Named("picky")
    record Picky() implements ScoringMethod {
      @Override
      public Optional<String> unableToScore(ChannelGroup g) {
        return g.id().equals("conv1") ? Optional.of("I will not") : Optional.empty();
      }

      @Override
      public double[] scores(ChannelGroup g, Evidence evidence) {
        return new double[g.channels()];
      }
    }
    Decision decision = Pruning.decide(new Picky(), network, weights, HALF);
    assertThat(Pruning.byId(decision)).doesNotContainKey("conv1").containsKey("conv2");
    assertThat(decision.notes()).contains("group 'conv1' stays whole: I will not");
  }

  @Tag("wide")
  @Test
  void everyMethodLeavesTheSameWidths() {
    for (String method :
        List.of("bn-scale", "fpgm", "group-magnitude", "l1-norm", "l2-norm", "random")) {
      assertThat(kept(method, weights)).as(method).hasSize(32);
    }
  }

  private List<Integer> kept(String method, Weights of) {
    return Pruning.byId(Pruning.decide(method, network, of, HALF)).get("conv1").kept();
  }
}
