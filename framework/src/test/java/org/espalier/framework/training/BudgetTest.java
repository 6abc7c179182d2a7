package org.espalier.framework.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import org.espalier.framework.settings.Settings;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {
  private static final Recipe LARGE = Settings.defaults(Recipe.class);

  private static Recipe scratchB(long large, long pruned, Optional<Double> cap) {
    return Budget.scratchB(LARGE, large, pruned, cap);
  }

  /** The first epoch, counted from 0, whose rate is lower than the one before, and the next. */
  private static List<Integer> drops(Recipe recipe) {
    return java.util.stream.IntStream.range(1, recipe.epochs())
        .filter(e -> recipe.learningRateAt(e, 1) < recipe.learningRateAt(e - 1, 1))
        .boxed()
        .toList();
  }

  /** Epochs and milestones that the paper's code computes for its CIFAR networks. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "VGG-16-A,     627880970, 413364234, 243, 121, 182",
    "ResNet-56-A,  252572938, 226390090, 178,  89, 133",
    "ResNet-56-B,  252572938, 183137866, 220, 110, 165",
    "ResNet-110-A, 508925194, 428291338, 190,  95, 142",
    "ResNet-110-B, 508925194, 312745738, 260, 130, 195"
  })
  void scratchBIsThePapersTable(
      String network, long large, long pruned, int epochs, int first, int second) {
    Recipe recipe = scratchB(large, pruned, Optional.empty());
    assertThat(recipe.epochs()).isEqualTo(epochs);
    assertThat(drops(recipe)).containsExactly(first, second);
  }

  @Test
  void scratchBIsNeverShorterThanScratchEAndNeverMoreComputation() {
    RandomStream random = RandomStream.of(3, "budgets");
    for (int i = 0; i < 2_000; i++) {
      long large = 2L + random.nextInt(1_000_000_000);
      long pruned = 1L + random.nextInt((int) large);
      int epochs = scratchB(large, pruned, Optional.empty()).epochs();
      assertThat(epochs).isGreaterThanOrEqualTo(LARGE.epochs());
      assertThat((double) epochs * pruned).isLessThanOrEqualTo(LARGE.epochs() * (double) large);
      assertThat(scratchB(large, pruned, Optional.of(2.0)).epochs())
          .isEqualTo(Math.min(epochs, 2 * LARGE.epochs()));
    }
    assertThat(scratchB(7, 7, Optional.empty())).isEqualTo(LARGE);
  }

  /** ResNet-56-B: 220.66 epochs are as much, and 40 of fine-tuning make it 260.66. */
  @Test
  void theEpochsOfFineTuningComeOnTop() {
    Recipe total = Budget.scratchB(LARGE, 252_572_938, 183_137_866, Optional.empty(), 40);
    assertThat(total.epochs()).isEqualTo(260);
    assertThat(drops(total)).containsExactly(130, 195);
    assertThat(Budget.scratchB(LARGE, 3, 1, Optional.of(2.0), 40).epochs()).isEqualTo(360);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0, -1, Double.NaN})
  void aCapBelowOneIsRefused(double cap) {
    assertThatThrownBy(() -> scratchB(2, 1, Optional.of(cap)))
        .isInstanceOf(UsageException.class)
        .hasMessage("cap must be at least 1 (times the epochs of Scratch-E), found " + cap);
  }

  @Test
  void aPrunedNetworkThatIsLargerIsRefused() {
    assertThatThrownBy(() -> scratchB(5, 6, Optional.empty()))
        .hasMessageContaining("6 FLOPs is not smaller than 5");
    assertThatThrownBy(() -> scratchB(5, 0, Optional.empty()))
        .hasMessageContaining("0 FLOPs is not smaller than 5");
    assertThat(scratchB(5, 5, Optional.of(1.0)).epochs()).as("a cap of 1").isEqualTo(160);
  }

  @Test
  void armsHaveNames() {
    assertThat(List.of(Budget.E.arm(), Budget.B.arm())).containsExactly("scratch-e", "scratch-b");
  }

  @Test
  void fineTuningIsShortAtASmallConstantRate() {
    Recipe fine = Settings.defaults(FineTuning.class).of(LARGE);
    assertThat(fine.epochs()).isEqualTo(40);
    assertThat(fine.learningRateAt(0, 1)).isCloseTo(0.001, within(0.0));
    assertThat(drops(fine)).isEmpty();
    assertThat(fine.batchSize()).isEqualTo(LARGE.batchSize());
  }
}
