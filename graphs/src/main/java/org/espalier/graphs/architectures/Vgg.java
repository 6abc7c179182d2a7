package org.espalier.graphs.architectures;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.graphs.Initializer;

/**
 * VGG for small images (Simonyan and Zisserman 2015, with batch norm), three times.
 *
 * <ul>
 *   <li>{@code vgg16}: as pruned by Li et al. 2017, section 4.1, with a head of 512 hidden units.
 *   <li>{@code vgg16-slimming}: as pruned by Liu et al. 2017, Learning Efficient Convolutional
 *       Networks through Network Slimming, section 4.2, with a plain head.
 *   <li>{@code vgg16-bn}: as Liu et al. 2019, Rethinking the Value of Network Pruning, section 4.3,
 *       prune it weight by weight: the plain head, but convolutions with a bias, started by fan-in,
 *       and scales of batch norm that start at one.
 * </ul>
 *
 * <p>The reference averages the 2x2 map that is left of 32x32; other sizes leave another map.
 */
public final class Vgg extends NamedFamily {
  private static final Map<Integer, List<Integer>> PLANS =
      Map.of(
          11, LayerPlan.of("64 M 128 M 256x2 M 512x2 M 512x2"),
          13, LayerPlan.of("64x2 M 128x2 M 256x2 M 512x2 M 512x2"),
          16, LayerPlan.of("64x2 M 128x2 M 256x3 M 512x3 M 512x3"),
          19, LayerPlan.of("64x2 M 128x2 M 256x4 M 512x4 M 512x4"));

  /** What Li et al. leave of VGG-16: "Pruning Filters for Efficient ConvNets", table 2. */
  private static final List<Integer> PLAN_16_A =
      LayerPlan.of("32 64 M 128x2 M 256x3 M 256x3 M 256x3");

  private static final Initializer DENSE = new Initializer.Normal(0.01);
  private static final Head PLAIN = new Head(Head.Join.AVERAGE, DENSE);
  private static final Head HIDDEN =
      new Head(Head.Join.AVERAGE, List.of(512), Optional.of(Initializer.ones()), DENSE);

  private static final Style HALF = Style.PLAIN.withScale(0.5f);
  private static final Style BIASED =
      Style.PLAIN.withKernel(new Initializer.He(false)).withBiases();

  @Inject
  Vgg() {
    super(all());
  }

  private static List<Architecture> all() {
    List<Architecture> all = new ArrayList<>();
    PLANS.forEach((depth, plan) -> all.add(vgg("vgg" + depth, HALF, plan, HIDDEN)));
    all.add(vgg("vgg16-a", HALF, PLAN_16_A, HIDDEN));
    for (int depth : List.of(16, 19)) {
      all.add(vgg("vgg" + depth + "-slimming", HALF, PLANS.get(depth), PLAIN));
      all.add(vgg("vgg" + depth + "-bn", BIASED, PLANS.get(depth), PLAIN));
    }
    return all;
  }

  private static Architecture vgg(String name, Style style, List<Integer> plan, Head head) {
    return new PlainNetwork(name, "vgg", Options.CIFAR10, style, plan, true, head);
  }
}
