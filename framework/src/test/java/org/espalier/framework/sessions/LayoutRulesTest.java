package org.espalier.framework.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Function;
import org.espalier.framework.TestNetworks;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Network;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Masked equals removed where axes change places, sizes, or what they hold. */
class LayoutRulesTest {
  /** One network for each thing that rules must get right. */
  enum Case {
    FLATTEN(n -> n.dense(n.reshape(n.first(), "flat", -1, 36 * 8), 288)),
    /** Channels that end up at the same index stay together. */
    FLATTEN_IN_TWO_STEPS(
        n -> n.dense(n.reshape(n.reshape(n.first(), "apart", -1, 12, 6, 4), "flat", -1, 288), 288)),
    FLATTEN_IN_ROWS_OF_OTHER_LENGTH(
        n -> n.dense(n.reshape(n.reshape(n.first(), "apart", -1, 16, 18), "flat", -1, 288), 288)),
    PIXELS_AMONG_IMAGES(
        n -> {
          String pixels = n.reshape(n.first(), "pixels", -1, 8);
          String product = n.elementwise("MatMul", "m", pixels, n.values("w", 8, 6));
          return n.last(n.conv(n.reshape(product, "maps", -1, 6, 6, 6), "b", 6, 4), 4);
        }),
    FLATTEN_CHANNELS_FIRST(
        n -> n.dense(n.reshape(n.transpose(n.first(), "t", 0, 3, 1, 2), "flat", -1, 288), 288)),
    SQUEEZE_AND_EXCITE_OF_COMPUTED_SIZE(
        n -> {
          String x = n.first();
          String pixel = n.mean(x);
          String size =
              n.pack(
                  "size",
                  n.batch(pixel, "batch"),
                  n.scalar("rows", 1),
                  n.scalar("columns", 1),
                  n.scalar("channels", 8));
          String image = n.reshapeTo(pixel, "image", size);
          String small = n.elementwise("Relu", "r", n.conv(image, "down", 8, 4));
          String gate = n.elementwise("Sigmoid", "s", n.conv(small, "up", 4, 8));
          return n.last(n.elementwise("Mul", "gated", x, gate), 8);
        }),
    FLATTEN_OF_COMPUTED_SIZE(
        n -> {
          String x = n.first();
          String size = n.pack("size", n.batch(x, "batch"), n.scalar("rest", -1));
          return n.dense(n.reshapeTo(x, "flat", size), 288);
        }),
    CHANNELS_FIRST_AND_BACK(
        n -> {
          String first = n.transpose(n.first(), "t", 0, 3, 1, 2);
          String added = n.elementwise("AddV2", "sum", first, n.values("bias", 8, 1, 1));
          String relu = n.elementwise("Relu", "r", added);
          return n.last(n.conv(n.transpose(relu, "back", 0, 2, 3, 1), "b", 8, 4), 4);
        }),
    CHANNELS_FIRST_MEAN(
        n -> n.dense(n.mean(n.transpose(n.first(), "t", 0, 3, 1, 2), false, 2, 3), 8)),
    SHUFFLE(n -> n.last(n.conv(n.shuffle(n.first(), "s", 2, 8), "b", 8, 4), 4)),
    SHUFFLE_OF_FOUR(n -> n.last(n.conv(n.shuffle(n.first(), "s", 4, 8), "b", 8, 4), 4)),
    SHUFFLE_BETWEEN_GROUPS(
        n -> {
          String g = n.conv(n.conv("images", "a", 3, 12), "g", 6, 12);
          return n.last(n.conv(n.conv(n.shuffle(g, "s", 2, 12), "h", 6, 8), "b", 8, 4), 4);
        }),
    DEPTH_TO_SPACE(n -> n.last(n.conv(n.blocks("DepthToSpace", n.first(), "d"), "b", 2, 4), 4)),
    SPACE_TO_DEPTH(n -> n.last(n.conv(n.blocks("SpaceToDepth", n.first(), "d"), "b", 32, 4), 4)),
    BATCH_BLOCKS(
        n -> {
          String apart = n.batchBlocks("SpaceToBatchND", n.first(), "in", 2, 2, 2, 2);
          String b = n.conv(apart, "b", 8, 6);
          return n.last(
              n.conv(n.batchBlocks("BatchToSpaceND", b, "out", 2, 2, 2, 2), "c", 6, 4), 4);
        }),
    RESIZE(n -> n.last(n.conv(n.resize(n.first(), "up", "ResizeBilinear", 9, 11), "b", 8, 4), 4)),
    RESIZE_NEAREST(n -> n.last(n.resize(n.first(), "up", "ResizeNearestNeighbor", 3, 12), 8)),
    MIRROR_PAD(
        n ->
            n.last(
                n.conv(n.pad("MirrorPad", n.first(), "p", 0, 0, 2, 1, 0, 3, 0, 0), "b", 8, 4), 4)),
    SQUEEZE(
        n -> {
          String pixel = n.mean(n.first(), true, 1, 2);
          return n.dense(
              n.add(
                  "Squeeze",
                  "q",
                  SmallNetworks.in(pixel),
                  "squeeze_dims",
                  Attributes.numbers(1, -2)),
              8);
        }),
    /** One that squeezes whatever is 1 must not take the last channel with it. */
    SQUEEZE_OF_ALL(n -> n.dense(n.elementwise("Squeeze", "q", n.mean(n.first(), true, 1, 2)), 8)),
    EXPANDED(
        n -> {
          String x = n.first();
          String rows = n.expand(n.expand(n.mean(x), "e", 1), "f", -2);
          return n.last(n.elementwise("Mul", "gated", x, rows), 8);
        }),
    SELECTION(
        n -> {
          String trunk = n.first();
          String branch = n.select(trunk, "select", 3, 0, 1, 2, 3, 4, 5, 6, 7);
          String b = n.conv(n.elementwise("Relu", "r", branch), "b", 8, 6);
          return n.dense(n.concat("c", 1, n.mean(trunk), n.mean(b)), 14);
        }),
    SELECTION_OF_SOME(
        n -> {
          String trunk = n.first();
          String b = n.conv(n.select(trunk, "select", 3, 7, 2, 2, 5), "b", 4, 8);
          return n.last(n.elementwise("AddV2", "sum", trunk, b), 8);
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

  /** The trunk stays as wide as it is, and the branch reads fewer of its channels. */
  @Test
  void aSelectionKeepsItsTrunk() {
    Network network = SmallNetworks.of(Case.SELECTION.write);
    assertThat(Removal.reason(network, "a"))
        .isEqualTo("'select' selects from it, so that it can stay");
    assertThat(ChannelAnalysis.of(network, TestNetworks.WIRED.rules()).prunable())
        .extracting(ChannelGroup::id)
        .containsExactlyInAnyOrder("b", "b:in");
  }
}
