package org.espalier.framework.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScalingTest {
  private static final Normalisation STANDARD =
      new Normalisation(new float[] {0.1f, 0.2f, 0.3f}, new float[] {0.4f, 0.5f, 0.6f});

  private static float of(String scaling, int pixel, int channel) {
    Normalisation n = new Scaling(scaling).of(STANDARD);
    return (pixel / 255f - n.mean()[channel]) / n.std()[channel];
  }

  @ParameterizedTest
  @CsvSource({
    "unit, 0, 0, 0",
    "unit, 255, 2, 1",
    "-1..1, 0, 0, -1",
    "-1..1, 255, 1, 1",
    "none, 0, 0, 0",
    "none, 255, 1, 255",
    "none, 100, 2, 100",
    "standard, 255, 1, 1.6",
    "imagenet, 0, 0, -2.117904",
    "imagenet, 0, 1, -2.035714",
    "imagenet, 255, 1, 2.428571",
    "imagenet, 0, 2, -1.804444",
    "imagenet, 255, 0, 2.248908",
    "imagenet, 255, 2, 2.64",
    "0.5:0.25, 255, 1, 2",
    "'0.1,0.2,0.3:1,2,4', 255, 2, 0.175"
  })
  void aPixelBecomes(String scaling, int pixel, int channel, double value) {
    assertThat((double) of(scaling, pixel, channel))
        .isCloseTo(value, org.assertj.core.api.Assertions.within(1e-5 * Math.max(1, value)));
    assertThat(Scaling.parse(scaling)).hasToString(scaling);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "caffe", "0.5", "0.5:", ":1", "a:b", "1,2:", "1:2:3", "1e3:1", "١:1"})
  void otherWordsAreRefused(String text) {
    assertThatThrownBy(() -> Scaling.parse(text))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("expected standard, unit, -1..1, imagenet, none, or MEAN:DEVIATION")
        .hasMessageEndingWith("found '" + text + "'");
  }

  @Test
  void constantsFitTheChannels() {
    Normalisation grey = Normalisation.none(1);
    assertThatThrownBy(() -> new Scaling("imagenet").of(grey))
        .isInstanceOf(UsageException.class)
        .hasMessage("scaling imagenet is for 3 channels, the images have 1");
    assertThatThrownBy(() -> new Scaling("0:0").of(grey)).hasMessageContaining("above 0");
    assertThatThrownBy(() -> new Scaling("0:-1").of(grey)).hasMessageContaining("above 0");
    assertThat(Scaling.named(3)).extracting(Scaling::text).contains("imagenet", "unit", "none");
    assertThat(Scaling.named(1)).allSatisfy(s -> assertThat(s.of(grey).channels()).isEqualTo(1));
  }
}
