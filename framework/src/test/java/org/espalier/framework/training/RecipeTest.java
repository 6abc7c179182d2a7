package org.espalier.framework.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.settings.SettingsReader;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeTest {
  private static final Recipe CIFAR = Settings.defaults(Recipe.class);

  @Test
  void theDefaultsAreThePapersForCifar() {
    assertThat(CIFAR)
        .isEqualTo(
            new Recipe(
                160,
                64,
                0.1,
                List.of(Milestone.ofShare(0.5), Milestone.ofShare(0.75)),
                0.1,
                WarmUp.NONE,
                new Sgd(0.9, false),
                1e-4,
                List.of(),
                List.of(),
                Recipe.Variation.STANDARD));
  }

  @ParameterizedTest
  @CsvSource({"0, 0.1", "79, 0.1", "80, 0.01", "119, 0.01", "120, 0.001", "159, 0.001"})
  void theRateDropsAtHalfAndThreeQuarters(int epoch, double rate) {
    assertThat(CIFAR.learningRateAt(epoch, 1)).isCloseTo(rate, within(1e-12));
  }

  @Test
  void theRateNeverRisesAndDropsOnceAtEachMilestone() {
    for (int epochs = 1; epochs <= 50; epochs++) {
      Recipe recipe = CIFAR.withEpochs(epochs);
      assertThat(recipe.milestones()).isEqualTo(CIFAR.milestones());
      for (int e = 1; e < epochs; e++) {
        assertThat(recipe.learningRateAt(e, 1))
            .isLessThanOrEqualTo(recipe.learningRateAt(e - 1, 1));
      }
      if (epochs >= 3) {
        assertThat(recipe.learningRateAt(epochs, 1)).isCloseTo(0.001, within(1e-12));
      }
    }
  }

  /** Epochs by their powers of ten below the first rate, with ten steps each. */
  @ParameterizedTest
  @CsvSource({"1, 0", "2, 01", "3, 012", "4, 0012", "5, 00122", "6, 000122", "8, 00001122"})
  void shortTrainingsBeginAtTheFullRateAndDropOnceAtATime(int epochs, String powers) {
    Recipe recipe = CIFAR.withEpochs(epochs);
    StringBuilder found = new StringBuilder();
    for (int e = 0; e < epochs; e++) {
      double first = recipe.learningRateAt(10L * e, 10);
      assertThat(recipe.learningRateAt(10L * e + 9, 10)).isEqualTo(first);
      found.append(Math.round(-Math.log10(first / 0.1)));
    }
    assertThat(found).hasToString(powers);
  }

  /** Where milestones are apart, and none in the first epoch, the rule is int(share x epochs). */
  @Test
  void otherTrainingsDropWhereTheyAlwaysDid() {
    for (int epochs = 3; epochs <= 400; epochs++) {
      Recipe recipe = CIFAR.withEpochs(epochs);
      for (int e = 0; e < epochs; e++) {
        double rate = 0.1;
        rate *= e >= (int) (0.5 * epochs) ? 0.1 : 1;
        rate *= e >= (int) (0.75 * epochs) ? 0.1 : 1;
        assertThat(recipe.learningRateAt(e, 1)).isEqualTo(rate);
      }
    }
  }

  @Test
  void aShareGivesWayToAStepThatWasNamedAndStaysInOrder() {
    Recipe recipe =
        CIFAR
            .withEpochs(4)
            .withMilestones(
                List.of(Milestone.parse("0.3"), Milestone.parse("0.26"), Milestone.parse("1ep")));
    assertThat(recipe.learningRateAt(9, 10)).isEqualTo(0.1);
    assertThat(recipe.learningRateAt(10, 10)).isEqualTo(0.1 * 0.1);
    assertThat(recipe.learningRateAt(20, 10)).isEqualTo(0.1 * 0.1 * 0.1);
    assertThat(recipe.learningRateAt(30, 10)).isEqualTo(0.1 * 0.1 * 0.1 * 0.1);
    Recipe early = CIFAR.withMilestones(List.of(Milestone.parse("3it")));
    assertThat(early.learningRateAt(3, 10)).as("what was named stays").isEqualTo(0.1 * 0.1);
    assertThat(early.withEpochs(1).milestones()).hasToString("[1it]");
  }

  @Test
  void aConstantRateStays() {
    Recipe constant = CIFAR.withEpochs(40).withConstantRate(0.001);
    for (int e = 0; e < 40; e++) {
      assertThat(constant.learningRateAt(e, 1)).isEqualTo(0.001);
    }
    assertThat(constant.weightDecay()).isEqualTo(CIFAR.weightDecay());
  }

  /** At iterations the rate drops within an epoch; stretched, the place stretches along. */
  @Test
  void milestonesMayBeSteps() {
    Recipe recipe =
        CIFAR.withMilestones(List.of(Milestone.parse("80ep"), Milestone.parse("1250it")));
    assertThat(recipe.learningRateAt(799, 10)).isEqualTo(0.1);
    assertThat(recipe.learningRateAt(800, 10)).isEqualTo(0.1 * 0.1);
    assertThat(recipe.learningRateAt(1249, 10)).isEqualTo(0.1 * 0.1);
    assertThat(recipe.learningRateAt(1250, 10)).isEqualTo(0.1 * 0.1 * 0.1);
    Recipe longer = recipe.withEpochs(240);
    assertThat(longer.milestones()).hasToString("[0.5, 1875it]");
    assertThat(longer.learningRateAt(1199, 10)).isEqualTo(0.1);
    assertThat(longer.learningRateAt(1200, 10)).isEqualTo(0.1 * 0.1);
  }

  /** Shares are rounded down as fractions are, not as binary numbers are. */
  @Test
  void everyEpochAsAShareIsThatEpoch() {
    for (int epochs = 1; epochs <= 200; epochs++) {
      for (int at = 1; at <= epochs; at++) {
        Milestone milestone = Milestone.of(Step.ofEpochs(at));
        assertThat(milestone.stretched(epochs, 2 * epochs).epoch(2 * epochs)).isEqualTo(2 * at);
        assertThat(milestone.stretched(epochs, epochs)).isEqualTo(milestone);
      }
    }
    assertThat(Milestone.ofShare(0.7).epoch(90)).isEqualTo(63);
    assertThat(Milestone.ofShare(0.7).epoch(89)).isEqualTo(62);
  }

  /** The authors of Soft Filter Pruning: 0.01, 0.1 from the second epoch on, 0.02 from 60 on. */
  @Test
  void aTrainingMayBeginWithAShareOfItsRate() {
    Recipe recipe =
        CIFAR
            .withEpochs(200)
            .withMilestones(List.of(Milestone.parse("60ep")))
            .withWarmUp(WarmUp.parse("1ep:0.1"));
    assertThat(recipe.learningRateAt(0, 10)).isEqualTo(0.1 * 0.1);
    assertThat(recipe.learningRateAt(9, 10)).isEqualTo(0.1 * 0.1);
    assertThat(recipe.learningRateAt(10, 10)).isEqualTo(0.1);
    Recipe longer = recipe.withEpochs(400);
    assertThat(longer.learningRateAt(9, 10)).as("it does not stretch").isEqualTo(0.1 * 0.1);
    assertThat(longer.learningRateAt(10, 10)).isEqualTo(0.1);
    assertThat(recipe.withConstantRate(0.5).learningRateAt(0, 10)).isEqualTo(0.5);
  }

  /** From one step to the next by the same amount, and never from nothing. */
  @Test
  void aTrainingMayWarmUpEvenly() {
    Recipe recipe = CIFAR.withWarmUp(WarmUp.parse("4it"));
    for (int step = 0; step < 4; step++) {
      assertThat(recipe.learningRateAt(step, 10)).isCloseTo(0.02 * (step + 1), within(1e-12));
    }
    assertThat(recipe.learningRateAt(4, 10)).isEqualTo(0.1);
  }

  @ParameterizedTest
  @CsvSource({"0ep, 0ep", "5ep, 5ep", "1ep:0.1, 1ep:0.1", "100it:1e-1, 100it:0.1"})
  void aWarmUpReadsWhatItWrites(String text, String written) {
    assertThat(WarmUp.parse(text)).hasToString(written);
    assertThat(WarmUp.parse(written)).isEqualTo(WarmUp.parse(text));
  }

  @ParameterizedTest
  @CsvSource({"5, such as 160ep", "1ep:1, below 1", "1ep:0, above 0", "1ep:x, a warm-up such as"})
  void aWarmUpThatIsNoneIsRefused(String text, String message) {
    assertThatThrownBy(() -> WarmUp.parse(text))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"0.5, 0.5", "1, 1.0", "80ep, 80ep", "32000it, 32000it", "1e-1, 0.1"})
  void aMilestoneReadsWhatItWrites(String text, String written) {
    assertThat(Milestone.parse(text)).hasToString(written);
    assertThat(Milestone.parse(written)).isEqualTo(Milestone.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1.5", "-0.5", "2ep3it", "ep", "half", "0ep"})
  void otherMilestonesAreRefused(String text) {
    assertThatThrownBy(() -> Milestone.parse(text))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("milestone");
  }

  @Test
  void aMilestoneIsOnePlace() {
    for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> Milestone.ofShare(share))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(
              "milestones are shares above 0 and at most 1, or steps such as 80ep, found ");
    }
    assertThatThrownBy(() -> Milestone.of(Step.ofEpochs(0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Milestone.of(new Step(1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("milestones are at whole epochs or at iterations, found 1ep1it");
    assertThat(Milestone.ofShare(1).epoch(7)).isEqualTo(7);
    assertThat(Milestone.ofShare(0.5).epoch(7)).isEqualTo(3);
  }

  /** Twice as long, twice as far; never behind the end, nor before the first step. */
  @Test
  void aMilestoneStretchesWithItsTraining() {
    assertThat(Milestone.parse("0.5").stretched(10, 20)).isEqualTo(Milestone.parse("0.5"));
    assertThat(Milestone.parse("5ep").stretched(10, 20)).isEqualTo(Milestone.parse("0.5"));
    assertThat(Milestone.parse("50ep").stretched(10, 20)).isEqualTo(Milestone.parse("1.0"));
    assertThat(Milestone.parse("500it").stretched(10, 20)).isEqualTo(Milestone.parse("1000it"));
    assertThat(Milestone.parse("1it").stretched(10, 1)).isEqualTo(Milestone.parse("1it"));
  }

  @Test
  void aChangeIsMadeAndNoOther() {
    List<Penalty> penalties = List.of(Penalty.parse("l1:bn-scale:0.5"));
    assertThat(
            CIFAR
                .withLearningRate(0.5)
                .withOptimiser(new Sgd(0.5, true))
                .withPenalties(penalties)
                .withInterventions(List.of())
                .withAugmentation(Recipe.Variation.NONE))
        .isEqualTo(
            new Recipe(
                160,
                64,
                0.5,
                CIFAR.milestones(),
                0.1,
                WarmUp.NONE,
                new Sgd(0.5, true),
                1e-4,
                penalties,
                List.of(),
                Recipe.Variation.NONE));
  }

  @Test
  void limitsOfTheValues() {
    assertThat(CIFAR.withEpochs(1).epochs()).isEqualTo(1);
    assertThat(CIFAR.withBatchSize(1).batchSize()).isEqualTo(1);
    assertThat(CIFAR.withWeightDecay(0).weightDecay()).isZero();
    for (double wrong : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> CIFAR.withWeightDecay(wrong)).hasMessageContaining("weightDecay");
      assertThatThrownBy(() -> CIFAR.withLearningRate(wrong)).hasMessageContaining("learningRate");
    }
    assertThat(Settings.with(CIFAR, "learningRateDecay", 1.0).learningRateDecay()).isEqualTo(1);
    assertThatThrownBy(() -> Settings.with(CIFAR, "learningRateDecay", 0.0))
        .hasMessageContaining("learningRateDecay must be above 0 and at most 1, found 0.0");
  }

  @ParameterizedTest
  @CsvSource({"l1:bn-scale:1.0E-4", "l2:conv-kernel:0.5"})
  void aPenaltyReadsWhatItWrites(String text) {
    assertThat(Penalty.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"l1", "l3:bn-scale:1", "l1:scale:1", "l1:bn-mean:1", "l1:bias:0", "l1:bias:x"})
  void otherPenaltiesAreRefused(String text) {
    assertThatThrownBy(() -> Penalty.parse(text))
        .isInstanceOf(UsageException.class)
        .hasMessageMatching("(expected a penalty|penalties).*found .*");
  }

  @ParameterizedTest
  @CsvSource({
    "epochs, 0",
    "batch-size, 0",
    "learning-rate, 0",
    "learning-rate, NaN",
    "learning-rate-decay, 1.5",
    "momentum, 1",
    "weight-decay, -1"
  })
  void valuesWithoutMeaningAreRefusedByName(String name, String value) {
    assertThatThrownBy(() -> SettingsReader.read(Recipe.class, Map.of(name, value), ""))
        .hasMessageContaining("--" + name);
  }
}
