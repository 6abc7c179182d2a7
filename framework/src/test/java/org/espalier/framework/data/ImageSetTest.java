package org.espalier.framework.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;

class ImageSetTest {
  @Test
  void sizesMustFit() {
    assertThatThrownBy(() -> new ImageSet("s", 2, 3, 1, 2, new byte[11], new int[2]))
        .isInstanceOf(BadInputException.class)
        .hasMessage("s: expected 12 bytes of pixels for 2 images of 2 x 3 x 1, found 11");
    assertThatThrownBy(() -> new ImageSet("s", 0, 3, 1, 2, new byte[0], new int[0]))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("found 0 x 3 x 1 with 2 classes");
  }

  @Test
  void labelsMustExist() {
    assertThatThrownBy(() -> new ImageSet("s", 1, 1, 1, 2, new byte[3], new int[] {0, 1, 2}))
        .isInstanceOf(BadInputException.class)
        .hasMessage("s: expected labels from 0 to 1, found 2 at image 2");
    assertThatThrownBy(() -> new ImageSet("s", 1, 1, 1, 2, new byte[1], new int[] {-1}))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("found -1 at image 0");
  }

  @Test
  void digestIsOfPixelsThenLabels() throws Exception {
    // printf '\x01\x02\x00\x00\x00\x03\x00\x00\x00\x04' | sha256sum
    ImageSet set = new ImageSet("s", 1, 1, 1, 5, new byte[] {1, 2}, new int[] {3, 4});
    assertThat(set.digest())
        .isEqualTo("d6faef5c10ea0033e01640e7657831fb8717f7d4b2a8f3800507a2154f541eef");
    ImageSet other = new ImageSet("s", 1, 1, 1, 5, new byte[] {1, 2}, new int[] {3, 3});
    assertThat(other.digest()).isNotEqualTo(set.digest());
  }

  @Test
  void selectGathersImagesWithTheirLabels() {
    ImageSet set = TestSets.numbered(10);
    ImageSet chosen = set.select(new int[] {7, 2, 7});
    assertThat(numbers(chosen)).containsExactly(7, 2, 7);
    assertThat(chosen.labels()).containsExactly(set.labels()[7], set.labels()[2], set.labels()[7]);
  }

  /** A sample of all images holds them once. */
  @Test
  void allInTheirOrderAreNoCopy() {
    ImageSet set = TestSets.numbered(10);
    assertThat(set.take(10)).isSameAs(set);
    assertThat(set.sample(10, RandomStream.root(1))).isSameAs(set);
    ImageSet turned = set.select(new int[] {1, 0, 2, 3, 4, 5, 6, 7, 8, 9});
    assertThat(turned.labels()[0]).isEqualTo(set.labels()[1]);
    assertThat(set.take(9)).isNotSameAs(set);
  }

  @Test
  void takeKeepsClassSharesAndOrder() {
    ImageSet set = TestSets.numbered(100);
    ImageSet taken = set.take(20);
    assertThat(taken.classCounts()).containsOnly(4);
    assertThat(numbers(taken)).containsExactly(IntStream.range(0, 20).toArray());
  }

  @Test
  void unevenClassesKeepTheirSharesWithinOneImage() {
    int[] labels = new int[90];
    Arrays.fill(labels, 0, 60, 0);
    Arrays.fill(labels, 60, 85, 1);
    Arrays.fill(labels, 85, 90, 2);
    ImageSet set = new ImageSet("s", 1, 1, 1, 3, new byte[90], labels);
    for (int n = 0; n <= 90; n++) {
      int[] counts = set.sample(n, RandomStream.root(n)).classCounts();
      assertThat(Arrays.stream(counts).sum()).isEqualTo(n);
      for (int c = 0; c < 3; c++) {
        double share = n * set.classCounts()[c] / 90.0;
        assertThat((double) counts[c]).isBetween(Math.floor(share), Math.ceil(share));
      }
    }
  }

  @Test
  void splitPartsHoldEachImageOnce() {
    ImageSet set = TestSets.numbered(100);
    ImageSet.Split split = set.split(25, RandomStream.root(3));
    assertThat(split.heldOut().classCounts()).containsOnly(5);
    assertThat(numbers(split.kept())).hasSize(75).isSorted();
    assertThat(
            IntStream.concat(
                Arrays.stream(numbers(split.kept())), Arrays.stream(numbers(split.heldOut()))))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 100).boxed().toList());
    assertThat(numbers(set.split(25, RandomStream.root(3)).heldOut()))
        .isEqualTo(numbers(split.heldOut()));
    assertThat(numbers(set.split(25, RandomStream.root(4)).heldOut()))
        .isNotEqualTo(numbers(split.heldOut()));
  }

  @Test
  void aSubsetLargerThanTheSetIsRefused() {
    assertThatThrownBy(() -> TestSets.numbered(10).take(11))
        .isInstanceOf(UsageException.class)
        .hasMessage("test: expected a subset of 0 to 10 images, found 11");
  }

  @Test
  void setsAreEqualIfEveryValueIs() {
    byte[] pixels = {1, 2, 3, 4, 5, 6, 7, 8};
    int[] labels = {0, 1};
    ImageSet set = new ImageSet("s", 2, 2, 1, 2, pixels, labels);
    ImageSet same = new ImageSet("s", 2, 2, 1, 2, pixels.clone(), labels.clone());
    assertThat(set).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo("s");
    assertThat(set.hashCode())
        .isNotEqualTo(new ImageSet("t", 2, 2, 1, 2, pixels, labels).hashCode())
        .isNotEqualTo(new ImageSet("s", 2, 2, 1, 2, pixels, new int[] {1, 1}).hashCode());
    byte[] other = pixels.clone();
    other[7]++;
    for (ImageSet different :
        new ImageSet[] {
          new ImageSet("t", 2, 2, 1, 2, pixels, labels),
          new ImageSet("s", 1, 4, 1, 2, pixels, labels),
          new ImageSet("s", 2, 1, 2, 2, pixels, labels),
          new ImageSet("s", 1, 2, 2, 2, pixels, labels),
          new ImageSet("s", 2, 2, 1, 3, pixels, labels),
          new ImageSet("s", 2, 2, 1, 2, other, labels),
          new ImageSet("s", 2, 2, 1, 2, pixels, new int[] {1, 1})
        }) {
      assertThat(set).isNotEqualTo(different);
    }
    assertThat(set).hasToString("s[2 images of 2 x 2 x 1, 2 classes]");
  }

  @Test
  void everySizeIsPositive() {
    for (int i = 0; i < 4; i++) {
      int[] sizes = {1, 1, 1, 1};
      assertThat(of(sizes).size()).isEqualTo(1);
      sizes[i] = 0;
      assertThatThrownBy(() -> of(sizes))
          .isInstanceOf(BadInputException.class)
          .hasMessageStartingWith("s: expected positive sizes, found ");
    }
  }

  private static ImageSet of(int[] sizes) {
    return new ImageSet("s", sizes[0], sizes[1], sizes[2], sizes[3], new byte[1], new int[1]);
  }

  @Test
  void theDigestIsComputedOnce() {
    ImageSet set = TestSets.numbered(3);
    assertThat(set.digest()).isSameAs(set.digest());
  }

  private static int[] numbers(ImageSet set) {
    ByteBuffer pixels = ByteBuffer.wrap(set.pixels());
    return IntStream.range(0, set.size()).map(i -> pixels.getInt(4 * i)).toArray();
  }
}
