package org.espalier.graphs.architectures;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.espalier.graphs.Network;

/**
 * ResNet for ImageNet (He et al. 2016, Deep Residual Learning, table 1), laid out as torchvision
 * does, and what is left of it.
 *
 * <ul>
 *   <li>{@code resnet34-a}, {@code resnet34-b}: Li et al. 2017, Pruning Filters for Efficient
 *       ConvNets, section 4.3; only the first convolution of a block is narrower.
 *   <li>{@code thinet-resnet50-70}, {@code -50}, {@code -30}: Luo et al. 2017, ThiNet, section 4.3,
 *       by the percentage that is kept; only the first two convolutions of a block are narrower.
 *   <li>{@code resnet50-2x}: He et al. 2017, Channel Pruning for Accelerating Very Deep Neural
 *       Networks, section 4.2; the name is the speed-up that the authors claim. There the branch of
 *       each block reads a selection of the trunk. Which channels, only the authors' model tells;
 *       here they are spread evenly over the trunk. The reference counts the 13,120 entries of its
 *       selections as parameters; here they are constants.
 * </ul>
 *
 * <p>The reference gives the projections of the last two a bias, 3,840 parameters that no other
 * implementation has and that batch norm takes out again. Here they have none.
 */
public final class ImageNetResNet extends NamedFamily {
  private static final List<Integer> BLOCKS_18 = List.of(2, 2, 2, 2);
  private static final List<Integer> BLOCKS = List.of(3, 4, 6, 3);
  private static final List<Integer> BLOCKS_101 = List.of(3, 4, 23, 3);

  /** Channels that the branch reads, and those that its first and second convolution make. */
  private static final String WIDTHS_2X =
      "35 64 55  101 51 39  97 50 37 |"
          + " 144 128 106  205 105 72  198 105 72  288 128 110 |"
          + " 278 256 225  418 209 147  407 204 158  423 212 155  412 211 148  595 256 213 |"
          + " 606 512 433  1222 512 437  1147 512 440";

  @Inject
  ImageNetResNet() {
    super(
        List.of(
            basic("resnet18", BLOCKS_18, plain(BLOCKS_18)),
            basic("resnet34", BLOCKS, plain(BLOCKS)),
            basic(
                "resnet34-a",
                BLOCKS,
                LayerPlan.of("64 44x2 | 128 89x2 128 | 256 179x4 256 | 512x3")),
            basic(
                "resnet34-b",
                BLOCKS,
                LayerPlan.of("64 32x2 | 128 51x2 128 | 256 153x4 256 | 512x3")),
            bottlenecks("resnet50", BLOCKS, plain(BLOCKS)),
            bottlenecks("resnet101", BLOCKS_101, plain(BLOCKS_101)),
            bottlenecks("thinet-resnet50-30", BLOCKS, LayerPlan.of("19x3 | 38x4 | 76x6 | 153x3")),
            bottlenecks("thinet-resnet50-50", BLOCKS, LayerPlan.of("32x3 | 64x4 | 128x6 | 256x3")),
            bottlenecks("thinet-resnet50-70", BLOCKS, LayerPlan.of("44x3 | 89x4 | 179x6 | 358x3")),
            new Recipe("resnet50-2x", BLOCKS, new Selecting(LayerPlan.of(WIDTHS_2X)))));
  }

  /** 64 in the first stage, and twice as many in each next one. */
  private static List<Integer> plain(List<Integer> blocks) {
    List<Integer> widths = new ArrayList<>();
    for (int stage = 0; stage < blocks.size(); stage++) {
      for (int i = 0; i < blocks.get(stage); i++) {
        widths.add(64 << stage);
      }
    }
    return widths;
  }

  private static Recipe basic(String name, List<Integer> blocks, List<Integer> widths) {
    return new Recipe(name, blocks, new Basic(widths));
  }

  private static Recipe bottlenecks(String name, List<Integer> blocks, List<Integer> widths) {
    return new Recipe(name, blocks, new Bottleneck(widths));
  }

  /** The kind of block that a network is made of. */
  private interface Kind {
    /** Channels of the trunk for each that the stage is named after. */
    int expansion();

    /** Writes the block that is the given one of the whole network, from 0. */
    Value write(Layers layers, Value in, ResidualBlock block, int number, Options o);
  }

  /** Inner widths, block by block. */
  private record Basic(List<Integer> inner) implements Kind {
    @Override
    public int expansion() {
      return 1;
    }

    @Override
    public Value write(Layers layers, Value in, ResidualBlock block, int number, Options o) {
      return block.basic(layers, in, o.scaled(inner.get(number)));
    }
  }

  /** Inner widths, block by block, the same for both inner convolutions. */
  private record Bottleneck(List<Integer> inner) implements Kind {
    @Override
    public int expansion() {
      return 4;
    }

    @Override
    public Value write(Layers layers, Value in, ResidualBlock block, int number, Options o) {
      int width = o.scaled(inner.get(number));
      return block.bottleneck(layers, in, in, width, width);
    }
  }

  /** Three widths a block: read, first, second. */
  private record Selecting(List<Integer> widths) implements Kind {
    @Override
    public int expansion() {
      return 4;
    }

    @Override
    public Value write(Layers layers, Value in, ResidualBlock block, int number, Options o) {
      int count = Math.min(o.scaled(widths.get(3 * number)), in.channels());
      Value read = layers.select(in, block.at() + "/select", count);
      int first = o.scaled(widths.get(3 * number + 1));
      return block.bottleneck(layers, in, read, first, o.scaled(widths.get(3 * number + 2)));
    }
  }

  private record Recipe(String name, List<Integer> blocks, Kind kind) implements Architecture {
    @Override
    public String family() {
      return "resnet";
    }

    @Override
    public Options defaults() {
      return Options.IMAGENET;
    }

    @Override
    public Network build(Options o) {
      Layers layers = new Layers(Style.PLAIN);
      Value x = ImageNetStem.write(layers, o);
      int number = 0;
      for (int stage = 0; stage < blocks.size(); stage++) {
        int out = kind.expansion() * o.scaled(64 << stage);
        for (int i = 0; i < blocks.get(stage); i++) {
          // Basic blocks of the first stage are as wide as the stem, so nothing needs projecting.
          boolean projects = i == 0 && (stage > 0 || kind.expansion() > 1);
          ResidualBlock block =
              new ResidualBlock(
                  "stage" + (stage + 1) + "/block" + (i + 1),
                  out,
                  i == 0 && stage > 0 ? 2 : 1,
                  projects ? Shortcut.PROJECTED : Shortcut.IDENTITY);
          x = kind.write(layers, x, block, number++, o);
        }
      }
      x = layers.pools.globalAverage(x, "average", true);
      return layers.finish(name, layers.dense.classifier(x, o.classes()));
    }
  }
}
