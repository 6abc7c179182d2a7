package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import org.espalier.framework.TestNetworks;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Network;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.proto.NodeDef;

/** Masked equals removed where tensors are put together, taken apart, or repeated. */
class PartRulesTest {
  private static final int[] ONES = {1, 1, 1, 1};

  /** One network for each thing that rules must get right. */
  enum Case {
    CONCAT(
        n -> {
          String a = n.first();
          String b = n.conv(a, "b", 8, 4);
          return n.last(n.conv(n.concat("c", 3, a, b, "images"), "d", 15, 6), 6);
        }),
    CONCAT_FROM_THE_END(
        n -> {
          String a = n.first();
          return n.last(n.concat("c", -1, a, n.conv(a, "b", 8, 4)), 12);
        }),
    CONCAT_OF_ROWS(
        n -> {
          String a = n.first();
          return n.last(n.concat("c", 1, a, n.conv(a, "b", 8, 8)), 8);
        }),
    SPLIT(n -> n.apart(n.split(n.first(), "s", 3, 2), 4, 4)),
    SPLIT_FROM_THE_END(n -> n.apart(n.split(n.first(), "s", -1, 4), 2, 2, 2, 2)),
    SPLIT_OF_ROWS(n -> n.apart(n.split(n.first(), "s", 1, 2), 8, 8)),
    SPLIT_V(n -> n.apart(n.splitV(n.first(), "s", 3, 2, 5, 1), 2, 5, 1)),
    SPLIT_V_WITH_A_REST(n -> n.apart(n.splitV(n.first(), "s", -1, 3, -1, 2), 3, 3, 2)),
    /** The parts are one group, so a cut may leave nothing of one of them. */
    SPLIT_AND_JOINED_AGAIN(
        n -> {
          n.split(n.first(), "s", 3, 4);
          String first = n.elementwise("Relu", "r", "s");
          String second = n.elementwise("Tanh", "t", "s:1");
          return n.last(n.conv(n.concat("c", 3, first, second, "s:2", "s:3"), "b", 8, 4), 4);
        }),
    SPLIT_POOLED_AND_JOINED_AGAIN(
        n -> {
          n.splitV(n.first(), "s", 3, 1, 5, 2);
          String first = n.pool("MaxPool", "s", "max");
          String second = n.pool("AvgPool", "s:1", "avg");
          String third = n.resize("s:2", "third", "ResizeBilinear", 3, 3);
          return n.last(n.conv(n.concat("c", 3, first, second, third), "b", 8, 4), 4);
        }),
    SLICE(
        n ->
            n.last(n.conv(n.slice(n.first(), "s", to(0, 0, 0, 2), to(-1, 6, 6, 4)), "b", 4, 4), 4)),
    SLICE_TO_THE_END(
        n ->
            n.last(
                n.conv(n.slice(n.first(), "s", to(0, 0, 1, 3), to(-1, -1, -1, -1)), "b", 5, 4), 4)),
    SLICE_OF_ROWS(n -> n.last(n.slice(n.first(), "s", to(0, 1, 2, 0), to(-1, 3, 4, 8)), 8)),
    STRIDED(
        n -> {
          String s = n.strided(n.first(), "s", to(0, 0, 0, 1), to(0, 0, 0, 6), ONES, 7, 7);
          return n.last(n.conv(s, "b", 5, 4), 4);
        }),
    STRIDED_FROM_THE_START(
        n -> {
          String s = n.strided(n.first(), "s", to(0, 1, 0, 3), to(0, 5, 0, 5), ONES, 13, 5);
          return n.last(n.conv(s, "b", 5, 4), 4);
        }),
    STRIDED_LAST_THREE(
        n -> {
          String s = n.strided(n.first(), "s", to(0, -3), to(0, 0), to(1, 1), 0, 2, 1);
          return n.last(n.conv(s, "b", 3, 4), 4);
        }),
    STRIDED_BUT_FOR_THE_ENDS(
        n -> {
          String s = n.strided(n.first(), "s", to(0, 2), to(0, -1), to(1, 1), 0, 0, 1);
          return n.last(n.conv(s, "b", 5, 4), 4);
        }),
    STRIDED_PIXELS_WITH_A_NEW_AXIS(
        n -> {
          String s =
              n.strided(
                  n.first(),
                  "s",
                  to(0, 0, 1, -1, 0),
                  to(0, 0, 2, 0, 0),
                  to(1, 1, 1, -2, 1),
                  25,
                  25,
                  0,
                  2,
                  4);
          return n.dense(n.mean(s, false, 1, 2), 8);
        }),
    STRIDED_BOTH_HALVES(
        n -> {
          String x = n.first();
          String a = n.strided(x, "s", to(0, 0), to(0, 5), to(1, 1), 0, 0, 1);
          String b = n.strided(x, "t", to(0, 5), to(0, 8), to(1, 1), 0, 0, 1);
          return n.last(n.concat("c", 3, n.conv(a, "b", 5, 3), n.conv(b, "d", 3, 2)), 5);
        }),
    GATHER(n -> n.last(n.conv(n.gather(n.first(), "g", 3, 6, 1, 3, 0), "b", 4, 4), 4)),
    GATHER_REVERSED(
        n -> n.last(n.conv(n.gather(n.first(), "g", -1, 7, 6, 5, 4, 3, 2, 1, 0), "b", 8, 4), 4)),
    GATHER_REPEATED(
        n -> n.last(n.conv(n.gather(n.first(), "g", 3, 5, 0, 5, 2, 0, 5), "b", 6, 4), 4)),
    GATHER_OF_COLUMNS(n -> n.last(n.gather(n.first(), "g", 2, 4, 4, 1), 8)),
    PACK(
        n -> {
          String a = n.first();
          String b = n.conv(a, "b", 8, 8);
          String pack =
              n.add(
                  "Pack",
                  "p",
                  SmallNetworks.in(a, b),
                  "N",
                  Attributes.number(2),
                  "axis",
                  Attributes.number(1));
          return n.dense(n.mean(pack, false, 1, 2, 3), 8);
        }),
    UNPACK(
        n -> {
          n.add(
              "Unpack",
              "u",
              SmallNetworks.in(n.first()),
              "num",
              Attributes.number(6),
              "axis",
              Attributes.number(-3));
          String gate = n.elementwise("Mul", "product", "u:1", "u:4");
          return n.dense(n.mean(gate, false, 1), 8);
        }),
    PAD_CHANNELS(
        n -> n.last(n.conv(n.pad("Pad", n.first(), "p", 0, 0, 0, 0, 0, 0, 2, 3), "b", 13, 4), 4)),
    PAD_CHANNELS_OF_A_SUM(
        n -> {
          String a = n.first();
          String padded = n.pad("Pad", a, "p", 0, 0, 1, 1, 0, 0, 2, 2);
          String b = n.pad("Pad", n.conv(a, "b", 8, 12), "q", 0, 0, 0, 2, 0, 0, 0, 0);
          return n.last(n.elementwise("AddV2", "sum", padded, b), 12);
        }),
    PAD_CHANNELS_WITH_A_VALUE(
        n -> n.last(n.conv(n.pad("PadV2", n.first(), "p", 0, 0, 1, 0, 0, 0, 1, 1), "b", 10, 4), 4)),
    TILE(n -> n.last(n.conv(n.tile(n.first(), "t", 1, 1, 1, 2), "b", 16, 4), 4)),
    TILE_ROWS(n -> n.last(n.conv(n.tile(n.first(), "t", 1, 2, 3, 1), "b", 8, 4), 4)),
    BROADCAST(
        n -> {
          String x = n.first();
          String size =
              n.pack(
                  "size",
                  n.batch(x, "batch"),
                  n.scalar("rows", 6),
                  n.scalar("columns", 6),
                  n.scalar("channels", 8));
          String wide = n.broadcast(n.mean(x, true, 1, 2), "w", size);
          return n.last(n.conv(n.elementwise("Mul", "m", wide, x), "b", 8, 4), 4);
        });

    final Function<SmallNetworks, String> write;

    Case(Function<SmallNetworks, String> write) {
      this.write = write;
    }
  }

  private static int[] to(int... values) {
    return values;
  }

  @ParameterizedTest
  @EnumSource
  void maskedEqualsRemoved(Case one) {
    Removal.holds(SmallNetworks.of(one.write));
  }

  /** The equal parts of a split need not stay equal. */
  @Test
  void aSplitIntoUnequalPartsBecomesOneWithSizes() {
    Network cut = Removal.of(SmallNetworks.of(Case.SPLIT.write), 3);
    List<String> kinds = cut.graph().nodes().stream().map(NodeDef::getOp).toList();
    assertThat(kinds).contains("SplitV").doesNotContain("Split");
    assertThat(cut.graph().nodes())
        .filteredOn(n -> n.getOp().equals("SplitV"))
        .extracting(NodeDef::getName)
        .containsExactly("s");
  }

  /** Parts that layers of their own read are groups of their own. */
  @Test
  void partsThatAreReadApartAreGroupsOfTheirOwn() {
    ChannelAnalysis analysis =
        ChannelAnalysis.of(SmallNetworks.of(Case.SPLIT_V.write), TestNetworks.WIRED.rules());
    assertThat(analysis.groups())
        .filteredOn(g -> g.id().matches("a(#.)?"))
        .extracting(ChannelGroup::channels)
        .containsExactly(2, 5, 1);
  }

  @ParameterizedTest
  @CsvSource({"0, 8, 2", "1, 8, 3", "-1, -8, -1"})
  void everySecondChannelKeepsAll(int begin, int end, int step) {
    Network network =
        SmallNetworks.of(
            n -> {
              int[] from = to(0, begin);
              String s = n.strided(n.first(), "s", from, to(0, end), to(1, step), 0, 0, 1);
              int count = (end - begin + step - Integer.signum(step)) / step;
              return n.last(n.conv(s, "b", count, 4), 4);
            });
    assertThat(Removal.reason(network, "a")).isEqualTo("'s' takes single channels of it");
  }

  @Test
  void unpackedChannelsStay() {
    Network network =
        SmallNetworks.of(
            n -> {
              n.add(
                  "Unpack",
                  "u",
                  SmallNetworks.in(n.mean(n.first())),
                  "num",
                  Attributes.number(8),
                  "axis",
                  Attributes.number(1));
              return n.dense(n.reshape(n.elementwise("Add", "sum", "u:1", "u:7"), "v", -1, 1), 1);
            });
    assertThat(Removal.reason(network, "a")).isEqualTo("'u' takes single channels of it");
  }
}
