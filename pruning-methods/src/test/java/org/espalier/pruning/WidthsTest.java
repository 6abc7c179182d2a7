package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.rewrites.Cut;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From scores and shares to the channels that stay, on groups of no network. */
class WidthsTest {
  private static ChannelGroup group(String id, int channels) {
    return new ChannelGroup(id, channels, true, "", false, List.of());
  }

  private static Limits limits(int floor, int roundTo) {
    return Limits.NONE.floor(floor).roundTo(roundTo);
  }

  @ParameterizedTest
  @CsvSource({
    "10, 3, 1, 1, 3",
    "10, 0, 1, 1, 1",
    "10, 3, 5, 1, 5",
    "10, 3, 1, 4, 4",
    "10, 4, 1, 4, 4",
    "10, 5, 1, 4, 8",
    "10, 9, 1, 4, 10",
    "10, 1, 5, 4, 8",
    "3, 1, 5, 1, 3",
  })
  void whatStaysOfOneGroup(int width, int asked, int floor, int roundTo, int kept) {
    Widths widths =
        Widths.of(List.of(group("a", width)), new int[] {asked}, limits(floor, roundTo));
    assertThat(widths.kept()).containsExactly(kept);
    assertThat(widths.asked()).containsExactly(asked);
  }

  @Test
  void aShareIsTruncated() {
    assertThat(Widths.asked(16, 0.1)).isEqualTo(14);
    assertThat(Widths.asked(16, 0)).isEqualTo(16);
    assertThat(Widths.asked(2, 0.5)).isEqualTo(1);
  }

  /** Only where the floor, and not rounding, kept more than was asked for. */
  @Test
  void theFloorIsNotedWhereItActed() {
    List<ChannelGroup> groups = List.of(group("a", 8), group("b", 8), group("c", 8));
    Limits floored = limits(3, 1);
    assertThat(Widths.of(groups, new int[] {2, 3, 4}, floored).notes(groups, floored))
        .containsExactly("group 'a': 2 of 8 channels were to stay, kept 3 because the floor is 3");
    Limits rounded = limits(3, 4);
    assertThat(Widths.of(groups, new int[] {2, 3, 5}, rounded).notes(groups, rounded))
        .as("rounding keeps four anyway")
        .isEmpty();
    assertThat(Widths.of(groups, new int[] {0, 3, 5}, rounded).notes(groups, rounded))
        .containsExactly("group 'a': 0 of 8 channels were to stay, kept 4 because the floor is 3");
  }

  private static Ranking ranking(double... scores) {
    ScoringMethod method =
        new ScoringMethod() {
          @Override
          public double[] scores(ChannelGroup group, Evidence evidence) {
            return scores;
          }
        };
    return Ranking.of(method, "mine", List.of(group("a", 3)), null);
  }

  @Test
  void theBestStayInTheirOldOrder() {
    Ranking ranking = ranking(2, 1, 3);
    assertThat(ranking.orders().get(0)).containsExactly(2, 0, 1);
    assertThat(ranking.scores().get(0)).containsExactly(2, 1, 3);
    for (int width = 1; width <= 3; width++) {
      Cut.Group best = ranking.best(new int[] {width}).get(0);
      List<Integer> expected = Arrays.asList(2, 0, 1).subList(0, width).stream().sorted().toList();
      assertThat(best.kept()).isEqualTo(expected);
      assertThat(best.id()).isEqualTo("a");
    }
    assertThat(ranking(1, 1, 1).orders().get(0)).as("equal ones").containsExactly(0, 1, 2);
  }

  @Test
  void aMethodScoresEveryChannelWithANumber() {
    assertThatThrownBy(() -> ranking(1, 2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("group 'a': expected 3 scores of mine, found 2");
    for (double odd : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> ranking(1, odd, 2))
          .isInstanceOf(BadInputException.class)
          .hasMessage(
              "group 'a', channel 1: expected a finite mine score, found "
                  + odd
                  + "; check the weights");
    }
  }
}
