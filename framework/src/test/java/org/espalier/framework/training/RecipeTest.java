package org.espalier.framework.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.espalier.framework.settings.SettingsReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeTest {
  private static final Recipe CIFAR = SettingsReader.defaults(Recipe.class);

  @Test
  void theDefaultsAreThePapersForCifar() {
    assertThat(CIFAR)
        .isEqualTo(
            new Recipe(
                160,
                64,
                0.1,
                List.of(0.5, 0.75),
                0.1,
                0.9,
                false,
                1e-4,
                Recipe.Variation.STANDARD));
  }

  @ParameterizedTest
  @CsvSource({"0, 0.1", "79, 0.1", "80, 0.01", "119, 0.01", "120, 0.001", "159, 0.001"})
  void theRateDropsAtHalfAndThreeQuarters(int epoch, double rate) {
    assertThat(CIFAR.learningRateAt(epoch)).isCloseTo(rate, within(1e-12));
  }

  @Test
  void theRateNeverRisesAndDropsOnceAtEachMilestone() {
    for (int epochs = 1; epochs <= 50; epochs++) {
      Recipe recipe = CIFAR.withEpochs(epochs);
      assertThat(recipe.milestones()).isEqualTo(CIFAR.milestones());
      for (int e = 1; e < epochs; e++) {
        assertThat(recipe.learningRateAt(e)).isLessThanOrEqualTo(recipe.learningRateAt(e - 1));
      }
      assertThat(recipe.learningRateAt(epochs)).isCloseTo(0.001, within(1e-12));
    }
  }

  @Test
  void aConstantRateStays() {
    Recipe constant = CIFAR.withEpochs(40).withConstantRate(0.001);
    for (int e = 0; e < 40; e++) {
      assertThat(constant.learningRateAt(e)).isEqualTo(0.001);
    }
    assertThat(constant.weightDecay()).isEqualTo(CIFAR.weightDecay());
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
