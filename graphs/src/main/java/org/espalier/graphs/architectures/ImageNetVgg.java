package org.espalier.graphs.architectures;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.graphs.Initializer;

/**
 * VGG for ImageNet (Simonyan and Zisserman 2015, table 1), and what is left of it.
 *
 * <ul>
 *   <li>{@code vgg16-imagenet} and {@code vgg16-bn-imagenet}: torchvision's vgg16 and vgg16_bn.
 *   <li>{@code thinet-conv}, {@code thinet-gap}, {@code thinet-tiny}: Luo et al. 2017, ThiNet,
 *       section 4.2. Gap and tiny average the last map and have no hidden layers.
 *   <li>{@code vgg16-5x}: He et al. 2017, Channel Pruning for Accelerating Very Deep Neural
 *       Networks, section 4.1; the name is the speed-up that the authors claim.
 *   <li>{@code vgg11-slimming-imagenet}: Liu et al. 2017, Network Slimming, section 4.2: batch norm
 *       in the head too, so that its hidden units can be pruned. It is not torchvision's vgg11_bn.
 * </ul>
 *
 * <p>The papers train the heads with hidden units, but for the last network's, with dropout of a
 * half behind each hidden layer. Training here knows no dropout: a run from scratch differs from
 * theirs in that.
 *
 * <p>The first dense kernel reads every pixel that is left of the image: 7x7 of 224x224.
 */
public final class ImageNetVgg extends NamedFamily {
  private static final String PLAN_16 = "64x2 M 128x2 M 256x3 M 512x3 M 512x3 M";
  private static final String HALF_OF_16 = "32x2 M 64x2 M 128x3 M 256x3 M 512x3";

  private static final Initializer DENSE = new Initializer.Normal(0.01);
  private static final List<Integer> HIDDEN = List.of(4096, 4096);
  private static final Head FULL = new Head(Head.Join.FLATTEN, HIDDEN, DENSE);
  private static final Head AVERAGED = new Head(Head.Join.AVERAGE, DENSE);
  private static final Initializer HALF = new Initializer.Constant(0.5f);
  private static final Head NORMED = new Head(Head.Join.FLATTEN, HIDDEN, Optional.of(HALF), DENSE);

  @Inject
  ImageNetVgg() {
    super(all());
  }

  private static List<Architecture> all() {
    List<Architecture> all = new ArrayList<>();
    all.add(plain("vgg16-imagenet", PLAN_16, FULL));
    all.add(plain("thinet-conv", HALF_OF_16 + " M", FULL));
    all.add(plain("thinet-gap", HALF_OF_16, AVERAGED));
    all.add(plain("thinet-tiny", "16x2 M 32x2 M 64x3 M 128x3 M 128x2 256", AVERAGED));
    all.add(plain("vgg16-5x", "24 22 M 41 51 M 108 89 111 M 184 276 228 M 512x3 M", FULL));
    all.add(normed("vgg16-bn-imagenet", 1f, PLAN_16, FULL));
    all.add(normed("vgg11-slimming-imagenet", 0.5f, "64 M 128 M 256x2 M 512x2 M 512x2 M", NORMED));
    return all;
  }

  private static Architecture plain(String name, String plan, Head head) {
    return vgg(name, Style.PLAIN.withBiases(), plan, false, head);
  }

  private static Architecture normed(String name, float scale, String plan, Head head) {
    return vgg(name, Style.PLAIN.withBiases().withScale(scale), plan, true, head);
  }

  private static Architecture vgg(
      String name, Style style, String plan, boolean normed, Head head) {
    return new PlainNetwork(name, "vgg", Options.IMAGENET, style, LayerPlan.of(plan), normed, head);
  }
}
