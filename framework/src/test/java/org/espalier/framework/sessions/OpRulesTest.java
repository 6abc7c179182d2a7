package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.function.Function;
import org.espalier.framework.TestNetworks;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Network;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Masked equals removed on layers, and on ops that combine tensors element by element. */
class OpRulesTest {
  /** One network for each thing that rules must get right. */
  enum Case {
    GATE(
        n -> {
          String x = n.first();
          String pixel = n.reshape(n.mean(x), "gate", -1, 1, 1, 8);
          String s = n.elementwise("Sigmoid", "s", pixel);
          return n.last(n.elementwise("Mul", "gated", x, s), 8);
        }),
    DEPTHWISE(n -> n.last(n.depthwise(n.first(), "d", 8, 1), 8)),
    DEPTHWISE_TWICE_AS_WIDE(n -> n.last(n.depthwise(n.first(), "d", 8, 2), 16)),
    GROUPED(n -> n.last(n.conv(n.conv(n.first(), "g", 4, 6), "b", 6, 4), 4)),
    GROUPED_THREE(
        n -> n.last(n.conv(n.conv(n.conv("images", "a", 3, 12), "g", 4, 9), "b", 9, 4), 4)),
    GROUPS_OF_ONE(n -> n.last(n.conv(n.first(), "g", 1, 8), 8)),
    GROUPS_OF_ONE_TWICE_AS_WIDE(n -> n.last(n.conv(n.first(), "g", 1, 16), 16)),
    TRANSPOSED_CONVOLUTION(
        n -> n.last(n.conv(n.convTransposed(n.first(), "t", 8, 6), "b", 6, 4), 4)),
    TRANSPOSED_IN_GROUPS(
        n -> n.last(n.conv(n.convTransposed(n.first(), "t", 8, 6, 2), "b", 6, 4), 4)),
    TRANSPOSED_TO_ONE_FOR_EACH_GROUP(
        n -> n.last(n.conv(n.convTransposed(n.first(), "t", 8, 4, 4), "b", 4, 4), 4)),
    FAKE_QUANTISED(
        n -> {
          String ranges = n.values("high", 8);
          String low = n.elementwise("Neg", "low", ranges);
          return n.last(n.fakeQuantised(n.first(), "q", low, ranges, true), 8);
        }),
    MATRICES_OF_A_BATCH(
        n -> {
          String rows = n.reshape(n.first(), "rows", -1, 36, 8);
          String product = n.elementwise("BatchMatMulV2", "m", rows, n.values("w", 8, 6));
          return n.dense(n.mean(product, false, 1), 6);
        }),
    ATTENTION(
        n -> {
          String x = n.first();
          String q = n.reshape(n.conv(x, "q", 8, 4), "q/rows", -1, 36, 4);
          String k = n.reshape(n.conv(x, "k", 8, 4), "k/rows", -1, 36, 4);
          String v = n.reshape(n.conv(x, "v", 8, 6), "v/rows", -1, 36, 6);
          String scores =
              n.add("BatchMatMulV2", "qk", SmallNetworks.in(q, k), "adj_y", Attributes.flag(true));
          String weights = n.elementwise("Softmax", "soft", scores);
          return n.dense(n.mean(n.elementwise("BatchMatMulV2", "read", weights, v), false, 1), 6);
        }),
    HEADS(
        n -> {
          String rows = n.reshape(n.first(), "rows", -1, 36, 8);
          String apart = n.reshape(rows, "apart", -1, 36, 2, 4);
          String scaled = n.elementwise("Mul", "scaled", apart, n.values("scale", 2, 4));
          return n.dense(n.mean(n.reshape(scaled, "together", -1, 36, 8), false, 1), 8);
        }),
    HEADS_BY_EINSUM(
        n -> {
          String rows = n.reshape(n.first(), "rows", -1, 36, 8);
          String q = n.einsum("q", "abc,cde->abde", rows, n.kernel("q/kernel", 8, 2, 3));
          String k = n.einsum("k", "abc,cde->abde", rows, n.kernel("k/kernel", 8, 2, 3));
          String v = n.einsum("v", "abc,cde->abde", rows, n.kernel("v/kernel", 8, 2, 4));
          String soft = n.elementwise("Softmax", "soft", n.einsum("qk", "aecd,abcd->acbe", k, q));
          String read = n.einsum("read", "acbe,aecd->abcd", soft, v);
          return n.dense(
              n.mean(n.einsum("o", "abcd,cde->abe", read, n.kernel("o/kernel", 2, 4, 6)), false, 1),
              6);
        }),
    PRODUCTS_OF_TWO_CHANNELS(
        n -> {
          String rows = n.reshape(n.first(), "rows", -1, 36, 8);
          return n.dense(
              n.reshape(n.einsum("gram", "abc,abd->acd", rows, rows), "flat", -1, 64), 64);
        }),
    FILLED(
        n -> {
          String x = n.first();
          String ones = n.fill("ones", 1, 6, 6, 8);
          return n.last(
              n.elementwise("AddV2", "sum", n.elementwise("Mul", "product", x, ones), ones), 8);
        }),
    PRELU(
        n -> {
          String x = n.first();
          String zero = n.elementwise("ZerosLike", "zero", x);
          String up = n.elementwise("Maximum", "up", x, zero);
          String down = n.elementwise("Minimum", "down", x, zero);
          String leak = n.elementwise("Mul", "leak", down, n.values("alpha", 1, 1, 8));
          return n.last(n.elementwise("AddV2", "prelu", up, leak), 8);
        }),
    CLIPPED_BY_PARAMETERS(
        n -> {
          String low = n.elementwise("Maximum", "low", n.first(), n.values("least", 8));
          return n.last(n.elementwise("Minimum", "high", low, n.values("most", 1, 8)), 8);
        }),
    SELECT(
        n -> {
          String x = n.first();
          String large = n.elementwise("Greater", "large", x, n.values("limit", 8));
          return n.last(n.elementwise("SelectV2", "either", large, x, n.values("other", 8)), 8);
        }),
    ADD_N(
        n -> {
          String a = n.first();
          String[] all = {a, n.conv(a, "b", 8, 8), n.conv("images", "c", 3, 8)};
          return n.last(n.add("AddN", "sum", all, "N", Attributes.number(3)), 8);
        });

    private final Function<SmallNetworks, String> write;

    Case(Function<SmallNetworks, String> write) {
      this.write = write;
    }
  }

  @ParameterizedTest
  @EnumSource
  void maskedEqualsRemoved(Case one) {
    Removal.holds(SmallNetworks.of(one.write));
  }

  /** Channels that a reshape spreads over images cannot go, and the reason names the node. */
  @Test
  void aReshapeThatTakesChannelsApartKeepsThem() {
    Network network = SmallNetworks.of(n -> n.dense(n.reshape(n.first(), "apart", -1, 4), 4));
    assertThat(ChannelAnalysis.of(network, TestNetworks.WIRED.rules()).prunable()).isEmpty();
    assertThat(Removal.reason(network, "a")).isEqualTo("'apart' takes its channels apart");
  }

  /** What a sigmoid makes of a silent channel is not zero, and a sum would go without it. */
  @Test
  void channelsThatAreSummedOverMustBeZeroWhenTheyAreSilent() {
    Network network =
        SmallNetworks.of(
            n -> {
              String s = n.elementwise("Sigmoid", "s", n.reshape(n.first(), "rows", -1, 36, 8));
              return n.dense(n.einsum("e", "abc,abc->ab", s, s), 36);
            });
    assertThat(Removal.reason(network, "a"))
        .isEqualTo("'e' sums over it, where a removed channel would not be zero");
  }

  @Test
  void whatIsDividedByStays() {
    Network network =
        SmallNetworks.of(
            n -> n.last(n.elementwise("RealDiv", "d", n.first(), n.values("deviation", 8)), 8));
    assertThat(Removal.reason(network, "a"))
        .isEqualTo("'d' divides by it, and would divide by zero");
    Network safe =
        SmallNetworks.of(
            n -> {
              String by = n.elementwise("Exp", "by", n.values("deviation", 8));
              return n.last(n.elementwise("RealDiv", "d", n.first(), by), 8);
            });
    Removal.holds(safe);
  }

  /** Heads go together with the weights of all that have them; widths by themselves. */
  @Test
  void headsAndTheirWidthsAreGroupsOfTheirOwn() {
    ChannelAnalysis analysis =
        ChannelAnalysis.of(
            SmallNetworks.of(Case.HEADS_BY_EINSUM.write), TestNetworks.WIRED.rules());
    assertThat(analysis.prunable())
        .extracting(ChannelGroup::id, ChannelGroup::channels)
        .containsExactly(
            tuple("a", 8), tuple("q", 2), tuple("q#2", 3), tuple("v", 4), tuple("o", 6));
    ChannelGroup heads = analysis.prunable().get(1);
    assertThat(heads.members())
        .extracting(m -> m.toString(), Member::role)
        .containsExactlyInAnyOrder(
            tuple("q/kernel[axis 1]", Member.Role.PRODUCER),
            tuple("k/kernel[axis 1]", Member.Role.PRODUCER),
            tuple("v/kernel[axis 1]", Member.Role.PRODUCER),
            tuple("o/kernel[axis 0]", Member.Role.CONSUMER));
    assertThat(heads.isCoupled()).isFalse();
  }

  /** Every channel changes every other. */
  @ParameterizedTest
  @CsvSource({"LRN", "Softmax", "LogSoftmax"})
  void whatNormalisesOverChannelsKeepsThem(String op) {
    Network network = SmallNetworks.of(n -> n.last(n.elementwise(op, "normalised", n.first()), 8));
    assertThat(Removal.reason(network, "a")).isEqualTo("'normalised' normalises over it");
  }

  /** The largest number of all says how all are rounded, unless a range is given. */
  @ParameterizedTest
  @CsvSource({"false, -1, true", "true, -1, false", "false, 3, false"})
  void aRangeThatIsTakenFromAllChannelsKeepsThem(boolean given, int axis, boolean whole) {
    Network network =
        SmallNetworks.of(
            n -> {
              String low = axis < 0 ? n.values("low") : n.values("low", 8);
              String high = axis < 0 ? n.values("high") : n.values("high", 8);
              String quantised =
                  n.add(
                      "QuantizeAndDequantizeV4",
                      "q",
                      SmallNetworks.in(n.first(), low, high),
                      "range_given",
                      Attributes.flag(given),
                      "axis",
                      Attributes.number(axis));
              return n.last(quantised, 8);
            });
    assertThat(Removal.reason(network, "a"))
        .isEqualTo(whole ? "'q' takes its range from all of it" : "");
  }

  /** One number that all channels read is no channel. */
  @Test
  void aSumOverChannelsKeepsThem() {
    Network network =
        SmallNetworks.of(
            n -> {
              String x = n.first();
              return n.last(n.elementwise("Sub", "centred", x, n.mean(x, true, 3)), 8);
            });
    assertThat(Removal.reason(network, "a")).isEqualTo("'a/mean' reduces over it");
  }

  @Test
  void aConcatOfTwoGroupsLeavesThemApart() {
    ChannelAnalysis analysis =
        ChannelAnalysis.of(
            SmallNetworks.of(PartRulesTest.Case.CONCAT.write), TestNetworks.WIRED.rules());
    assertThat(analysis.prunable()).extracting(ChannelGroup::id).containsExactly("a", "b", "d");
    assertThat(analysis.prunable()).extracting(ChannelGroup::channels).containsExactly(8, 4, 6);
  }
}
