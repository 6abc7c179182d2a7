package org.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Shape;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A width is what a layer has in the end. */
class RoundedWidthsTest {
  private static Member maker(String layer, int... channelAt) {
    Shape shape = Shape.of(3, 3, 4, channelAt.length);
    Parameter kernel =
        new Parameter(layer + "/kernel", shape, ParameterKind.CONV_KERNEL, Initializer.ones());
    return new Member(kernel, 3, channelAt);
  }

  private static ChannelGroup group(int channels, Member... members) {
    return new ChannelGroup("g" + channels, channels, true, "", false, List.of(members));
  }

  /** The channels of a group, one after the other, so many times; -1 before and behind them. */
  private static int[] at(int before, int channels, int times, int behind) {
    List<Integer> at = new ArrayList<>();
    for (int i = 0; i < before; i++) {
      at.add(-1);
    }
    for (int t = 0; t < times; t++) {
      for (int c = 0; c < channels; c++) {
        at.add(c);
      }
    }
    for (int i = 0; i < behind; i++) {
      at.add(-1);
    }
    return at.stream().mapToInt(i -> i).toArray();
  }

  private static int[] rounded(int multiple, List<ChannelGroup> groups, int... least) {
    return new RoundedWidths(groups, multiple).of(least);
  }

  @ParameterizedTest
  @CsvSource({"32, 32", "33, 40", "40, 40", "1, 8", "57, 60", "60, 60", "70, 60"})
  void aLayerOfOneGroup(int least, int kept) {
    List<ChannelGroup> one = List.of(group(60, maker("a", at(0, 60, 1, 0))));
    assertThat(rounded(8, one, least)).containsExactly(kept);
    assertThat(rounded(1, one, least)).containsExactly(Math.min(60, least));
  }

  /** Eight channels stand twice in a layer of sixteen: four of them make a multiple of eight. */
  @ParameterizedTest
  @CsvSource({"1, 4", "3, 4", "4, 4", "5, 8", "8, 8"})
  void channelsThatGoInPairsCountTwice(int least, int kept) {
    List<ChannelGroup> pairs = List.of(group(8, maker("a", at(0, 8, 2, 0))));
    assertThat(rounded(8, pairs, least)).containsExactly(kept);
  }

  /** All layers that make the channels must fit. */
  @ParameterizedTest
  @CsvSource({"1, 4", "5, 8"})
  void ofTwoLayersBothAreRounded(int least, int kept) {
    Member once = maker("a", at(0, 8, 1, 0));
    Member twice = maker("b", at(0, 8, 2, 0));
    assertThat(rounded(4, List.of(group(8, once, twice)), least)).containsExactly(kept);
    assertThat(rounded(4, List.of(group(8, twice, once)), least)).containsExactly(kept);
  }

  /** Three parts of a layer of twelve, of which each by itself has too few to be rounded. */
  @Test
  void theParalelPartsOfALayerAreRoundedTogether() {
    List<ChannelGroup> parts =
        List.of(
            group(4, maker("a", at(0, 4, 1, 8))),
            group(4, maker("a", at(4, 4, 1, 4))),
            group(4, maker("a", at(8, 4, 1, 0))));
    assertThat(rounded(8, parts, 2, 2, 2)).containsExactly(3, 3, 2);
    assertThat(rounded(8, parts, 1, 1, 4)).containsExactly(2, 2, 4);
    assertThat(rounded(8, parts, 3, 3, 3)).containsExactly(4, 4, 4);
    assertThat(rounded(8, parts, 2, 3, 3)).containsExactly(2, 3, 3);
  }

  @Test
  void theChannelsThatStayAnywayCount() {
    List<ChannelGroup> behind = List.of(group(8, maker("a", at(4, 8, 1, 0))));
    assertThat(rounded(8, behind, 3)).containsExactly(4);
    assertThat(rounded(8, behind, 5)).as("twelve, as before").containsExactly(8);
  }

  /** Four heads of six: 24 outputs, of which those of both groups must be a multiple. */
  @Test
  void headsAndTheirWidthsMultiply() {
    int[] heads = new int[24];
    int[] widths = new int[24];
    for (int i = 0; i < 24; i++) {
      heads[i] = i / 6;
      widths[i] = i % 6;
    }
    List<ChannelGroup> groups = List.of(group(4, maker("q", heads)), group(6, maker("q", widths)));
    assertThat(rounded(8, groups, 2, 4)).containsExactly(2, 4);
    assertThat(rounded(8, groups, 1, 4)).containsExactly(2, 4);
    assertThat(rounded(8, groups, 2, 3)).as("9, 12, 15, 20 are none").containsExactly(4, 6);
    assertThat(rounded(1, groups, 1, 1)).containsExactly(1, 1);
  }

  @Test
  void aGroupThatNoLayerMakesIsItsOwnWidth() {
    Parameter kernel =
        new Parameter("k", Shape.of(3, 3, 16, 4), ParameterKind.CONV_KERNEL, Initializer.ones());
    List<ChannelGroup> read = List.of(group(16, new Member(kernel, 2, at(0, 16, 1, 0))));
    assertThat(rounded(8, read, 3)).containsExactly(8);
  }
}
