package org.espalier.framework.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.espalier.graphs.UsageException;
import org.junit.jupiter.api.Test;

class PlacesTest {
  @Test
  void theyAreDifferentAndLieOnTheMap() {
    Places places = new Places(10, 3);
    for (int image = 0; image < 200; image++) {
      int[] drawn = places.of(image, 12);
      assertThat(drawn).hasSize(10).isSorted().doesNotHaveDuplicates();
      assertThat(drawn[0]).isNotNegative();
      assertThat(drawn[9]).isLessThan(12);
    }
    assertThat(places.of(5, 10)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(places.of(5, 1)).containsExactly(0);
    assertThat(places.of(4)).isEqualTo(4);
    assertThat(places.of(11)).isEqualTo(10);
  }

  @Test
  void theyFollowFromSeedAndImage() {
    assertThat(new Places(4, 3).of(7, 1000)).containsExactly(new Places(4, 3).of(7, 1000));
    assertThat(new Places(4, 3).of(7, 1000)).isNotEqualTo(new Places(4, 3).of(8, 1000));
    assertThat(new Places(4, 3).of(7, 1000)).isNotEqualTo(new Places(4, 4).of(7, 1000));
  }

  /** Each pair of five places is drawn as often as any other: 1000 of 10,000 times, nearly. */
  @Test
  void everySubsetIsAsLikely() {
    int[] counts = new int[25];
    for (int image = 0; image < 10_000; image++) {
      int[] drawn = new Places(2, 1).of(image, 5);
      counts[5 * drawn[0] + drawn[1]]++;
    }
    List<Integer> pairs = new ArrayList<>();
    Arrays.stream(counts).filter(c -> c > 0).forEach(pairs::add);
    assertThat(pairs).hasSize(10).allMatch(c -> c > 850 && c < 1150);
  }

  @Test
  void noneAreRefused() {
    assertThatThrownBy(() -> new Places(0, 1))
        .isInstanceOf(UsageException.class)
        .hasMessage("positions must be at least 1 of each image, found 0");
  }
}
