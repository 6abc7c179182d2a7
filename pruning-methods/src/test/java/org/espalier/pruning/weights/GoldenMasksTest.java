package org.espalier.pruning.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;
import org.espalier.graphs.rewrites.InsertMasks;
import org.espalier.pruning.Amount;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Against masks that PyTorch computed on the same weights by the rule of the reference: all kernels
 * of convolutions in one vector, N values of which Z are not zero, the threshold at index N - Z +
 * int(Z x percent) of the absolute values in ascending order, strictly greater stays. The reference
 * so masks int(Z x percent) weights and the one at the threshold; here it is exactly as many as
 * were asked for, and the one at the threshold stays. Of each kernel are told: how many stay, the
 * sum of their indices in [h, w, in, out], and the sum of their squares.
 */
class GoldenMasksTest {
  private static final List<String> KERNELS = List.of("conv1/kernel", "conv2/kernel");

  /** All absolute values differ: weight i is (577 i mod 1009 + 1) / 1024, of alternating sign. */
  private static Model model() {
    Network network = Small.conv2();
    Weights weights = network.initialise(1);
    int at = 0;
    for (String kernel : KERNELS) {
      float[] values = new float[(int) network.parameter(kernel).shape().elements()];
      for (int i = 0; i < values.length; i++, at++) {
        values[i] = ((at * 577) % 1009 + 1) / 1024f * (at % 2 == 0 ? 1 : -1);
      }
      weights = weights.with(kernel, new ShapedArray(network.parameter(kernel).shape(), values));
    }
    return new Model(network, weights);
  }

  /** What stays, without the weight at the reference's threshold. */
  private static List<Integer> above(Model model, String kernel, double threshold) {
    return Small.kept(model.masks().get(kernel)).stream()
        .filter(i -> Math.abs(model.weights().get(kernel).values()[i]) != threshold / 1024)
        .toList();
  }

  private static void assertKept(List<Integer> kept, int count, int sum, int squares) {
    assertThat(kept).hasSize(count);
    assertThat(kept.stream().mapToInt(i -> i).sum()).isEqualTo(sum);
    assertThat(kept.stream().mapToInt(i -> i * i).sum()).isEqualTo(squares);
  }

  @ParameterizedTest
  @CsvSource({
    "0.3, 300, 72, 4008, 288060, 104, 7436, 715284",
    "0.8, 786, 15, 810, 57460, 35, 2835, 282765",
    "0.6, 599, 38, 2242, 166936, 62, 4412, 422054"
  })
  void oneGlobalThreshold(
      double percent,
      double threshold,
      int count1,
      int sum1,
      int squares1,
      int count2,
      int sum2,
      int squares2) {
    Model masked =
        Small.prune(new Magnitude(KernelKind.CONV), model(), Small.globally(percent)).after();
    assertKept(above(masked, KERNELS.get(0), threshold), count1, sum1, squares1);
    assertKept(above(masked, KERNELS.get(1), threshold), count2, sum2, squares2);
    assertThat(Small.total(masked)).isEqualTo(252 - (int) (252 * percent));
    assertThat(Small.total(masked)).isEqualTo(count1 + count2 + 1);
  }

  /**
   * 60 % of all, then half of the survivors. The reference knows them by their values, so it goes
   * on from weights that are zero, without masks.
   */
  @Test
  void aSecondRoundTakesAShareOfTheSurvivors() {
    Model first = Small.prune(new Magnitude(KernelKind.CONV), model(), Small.globally(0.6)).after();
    Weights zeroed = model().weights();
    for (String kernel : KERNELS) {
      float[] values = first.weights().get(kernel).values().clone();
      for (int i = 0; i < values.length; i++) {
        values[i] = Math.abs(values[i]) == 599 / 1024f ? 0 : values[i];
      }
      zeroed = zeroed.with(kernel, new ShapedArray(zeroed.get(kernel).shape(), values));
    }
    Model second =
        Small.prune(
                new Magnitude(KernelKind.CONV),
                new Model(Small.conv2(), zeroed),
                Small.globally(0.5))
            .after();
    assertKept(above(second, KERNELS.get(0), 789), 15, 810, 57460);
    assertKept(above(second, KERNELS.get(1), 789), 34, 2786, 280364);
    assertThat(Small.total(second)).isEqualTo(50);
    // The same from the masked network; one weight more was left, and one more stays.
    Model masked = Small.prune(new Magnitude(KernelKind.CONV), first, Small.globally(0.5)).after();
    assertThat(Small.total(masked)).isEqualTo(101 - 50);
    Small.assertNested(masked, first);
    Small.assertNested(second, first);
  }

  /** Against the definition of the paper, one weight after another, in numpy. */
  @Test
  void lampByItsDefinition() {
    Model masked = Small.prune(new Lamp(KernelKind.CONV), model(), Small.globally(0.7)).after();
    assertKept(Small.kept(masked.masks().get(KERNELS.get(0))), 34, 1972, 148466);
    assertKept(Small.kept(masked.masks().get(KERNELS.get(1))), 42, 2982, 287224);
  }

  /** A mask that is there counts, whatever the variable under it holds. */
  @Test
  void theMaskSaysWhatIsLeft() {
    Model plain = model();
    Model ones = plain.rewritten(new InsertMasks(java.util.Set.copyOf(KERNELS)));
    Model half = Small.prune(new Magnitude(KernelKind.CONV), plain, Amount.ratio(0.5)).after();
    Weights raw = ones.weights();
    for (Map.Entry<String, ShapedArray> mask : half.masks().entrySet()) {
      raw = raw.with(mask.getKey() + "/mask", mask.getValue());
    }
    Model dirty = new Model(half.network(), raw);
    assertThat(dirty.weights()).isNotEqualTo(half.weights());
    Amount more = Small.globally(0.4);
    assertThat(Small.prune(new Magnitude(KernelKind.CONV), dirty, more).after().weights())
        .isEqualTo(Small.prune(new Magnitude(KernelKind.CONV), half, more).after().weights());
  }
}
