package org.espalier.framework.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AugmenterTest {
  /** Pads into a larger image, cuts out, mirrors: slow and plain. */
  private static byte[] naive(ImageSet set, int index, int down, int right, boolean flip) {
    int pad = Math.max(Math.abs(down), Math.abs(right));
    int h = set.height();
    int w = set.width();
    int c = set.channels();
    byte[][][] padded = new byte[h + 2 * pad][w + 2 * pad][c];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        for (int k = 0; k < c; k++) {
          padded[y + pad][x + pad][k] =
              set.pixels()[index * set.imageBytes() + (y * w + x) * c + k];
        }
      }
    }
    byte[] out = new byte[set.imageBytes()];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        for (int k = 0; k < c; k++) {
          int from = flip ? w - 1 - x : x;
          out[(y * w + x) * c + k] = padded[y + down + pad][from + right + pad][k];
        }
      }
    }
    return out;
  }

  @ParameterizedTest
  @CsvSource({"32,32,3", "28,28,1", "5,7,2", "1,1,3", "3,2,4"})
  void everyShiftAndFlipEqualsTheNaiveOne(int height, int width, int channels) {
    ImageSet set = TestSets.random(3, height, width, channels, 2);
    Augmenter augmenter = new Augmenter(set, Augmentation.STANDARD);
    byte[] to = new byte[set.imageBytes() + 10];
    for (int down = -9; down <= 9; down++) {
      for (int right = -9; right <= 9; right++) {
        for (boolean flip : new boolean[] {false, true}) {
          Arrays.fill(to, (byte) 77);
          augmenter.write(1, down, right, flip, to, 5);
          assertThat(Arrays.copyOfRange(to, 5, 5 + set.imageBytes()))
              .as("down %s right %s flip %s", down, right, flip)
              .isEqualTo(naive(set, 1, down, right, flip));
          assertThat(Arrays.copyOf(to, 5)).containsOnly(77);
          assertThat(Arrays.copyOfRange(to, 5 + set.imageBytes(), to.length)).containsOnly(77);
        }
      }
    }
  }

  @Test
  void drawsRowThenColumnThenFlip() {
    ImageSet set = TestSets.random(4, 8, 8, 3, 2);
    Augmenter augmenter = new Augmenter(set, new Augmentation(2, true));
    RandomStream drawn = RandomStream.root(5);
    RandomStream expected = RandomStream.root(5);
    byte[] to = new byte[set.imageBytes()];
    for (int i = 0; i < 200; i++) {
      augmenter.write(i % 4, drawn, to, 0);
      int down = expected.nextInt(5) - 2;
      int right = expected.nextInt(5) - 2;
      assertThat(to).isEqualTo(naive(set, i % 4, down, right, expected.nextBoolean()));
    }
  }

  @Test
  void shiftsAreUniformAndHalfOfTheImagesAreMirrored() {
    // Where the one bright pixel lands shows the shift.
    byte[] pixels = new byte[11 * 11];
    pixels[5 * 11 + 5] = 1;
    ImageSet point = new ImageSet("point", 11, 11, 1, 1, pixels, new int[1]);
    ImageSet slope = TestSets.random(1, 1, 2, 1, 1);
    Augmenter crops = new Augmenter(point, new Augmentation(4, false));
    Augmenter flips = new Augmenter(slope, new Augmentation(0, true));
    RandomStream random = RandomStream.root(1);
    int draws = 81 * 500;
    int[] places = new int[pixels.length];
    int mirrored = 0;
    byte[] to = new byte[pixels.length];
    byte[] pair = new byte[2];
    for (int i = 0; i < draws; i++) {
      crops.write(0, random, to, 0);
      for (int p = 0; p < to.length; p++) {
        places[p] += to[p];
      }
      flips.write(0, random, pair, 0);
      mirrored += pair[0] == slope.pixels()[1] ? 1 : 0;
    }
    assertThat(Arrays.stream(places).filter(n -> n > 0)).hasSize(81);
    assertThat(Arrays.stream(places).filter(n -> n > 0)).allMatch(n -> Math.abs(n - 500) < 125);
    assertThat(mirrored / (double) draws).isCloseTo(0.5, within(0.01));
  }

  @Test
  void noneCopiesAndDrawsNothing() {
    ImageSet set = TestSets.random(2, 4, 4, 3, 2);
    RandomStream random = RandomStream.root(9);
    byte[] to = new byte[set.imageBytes()];
    new Augmenter(set, Augmentation.NONE).write(1, random, to, 0);
    assertThat(to)
        .isEqualTo(Arrays.copyOfRange(set.pixels(), set.imageBytes(), 2 * set.imageBytes()));
    assertThat(random.nextLong()).isEqualTo(RandomStream.root(9).nextLong());
  }

  @Test
  void standardIsPadFourAndFlip() {
    assertThat(Augmentation.STANDARD).isEqualTo(new Augmentation(4, true));
    assertThatThrownBy(() -> new Augmentation(-1, false))
        .isInstanceOf(UsageException.class)
        .hasMessage("augmentation: expected a padding from 0 to 1024, found -1");
  }
}
