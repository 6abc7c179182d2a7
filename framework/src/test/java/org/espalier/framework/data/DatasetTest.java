package org.espalier.framework.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.espalier.graphs.BadInputException;
import org.junit.jupiter.api.Test;

class DatasetTest {
  private static Dataset of(ImageSet train, ImageSet test, Normalisation normalisation) {
    return new Dataset("d", train, test, normalisation, Augmentation.NONE);
  }

  @Test
  void thePartsMustFitTogether() {
    ImageSet grey = TestSets.random(4, 8, 6, 1, 2);
    Dataset fits = of(grey, TestSets.random(2, 8, 6, 1, 2), Normalisation.none(1));
    assertThat(fits.height()).isEqualTo(8);
    assertThat(fits.width()).isEqualTo(6);
    assertThat(fits.channels()).isEqualTo(1);
    assertThat(fits.classes()).isEqualTo(2);
    assertThatThrownBy(() -> of(grey, TestSets.random(4, 8, 6, 1, 3), Normalisation.none(1)))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "d: expected training and test images of one kind, found 8 x 6 x 1 with 2 classes and"
                + " 8 x 6 x 1 with 3");
    for (ImageSet other :
        List.of(
            TestSets.random(4, 9, 6, 1, 2),
            TestSets.random(4, 8, 7, 1, 2),
            TestSets.random(4, 8, 6, 3, 2))) {
      assertThatThrownBy(() -> of(grey, other, Normalisation.none(1)))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("of one kind, found 8 x 6 x 1 with 2 classes and ");
    }
    assertThatThrownBy(() -> of(grey, grey, Normalisation.none(3)))
        .isInstanceOf(BadInputException.class)
        .hasMessage("d: expected normalisation for 1 channels, found 3");
  }

  @Test
  void normalisationIsAValue() {
    float[] mean = {0.5f, 0.25f};
    Normalisation normalisation = new Normalisation(mean, new float[] {1, 2});
    mean[0] = 9;
    normalisation.std()[0] = 9;
    assertThat(normalisation)
        .isEqualTo(new Normalisation(new float[] {0.5f, 0.25f}, new float[] {1, 2}))
        .hasSameHashCodeAs(new Normalisation(new float[] {0.5f, 0.25f}, new float[] {1, 2}))
        .isNotEqualTo(Normalisation.none(2));
    assertThat(Normalisation.none(2).std()).containsExactly(1, 1);
  }

  @Test
  void normalisationMustMakeSense() {
    assertThatThrownBy(() -> new Normalisation(new float[2], new float[] {1}))
        .isInstanceOf(BadInputException.class)
        .hasMessageEndingWith("found 2 and 1");
    assertThatThrownBy(() -> new Normalisation(new float[1], new float[1]))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("positive std in channel 0, found 0.0 and 0.0");
    assertThatThrownBy(() -> new Normalisation(new float[] {Float.NaN}, new float[] {1}))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("found NaN and 1.0");
  }
}
