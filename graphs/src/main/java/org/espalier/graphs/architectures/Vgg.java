package org.espalier.graphs.architectures;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Network;

/**
 * VGG for small images (Simonyan and Zisserman 2015, with batch norm): as pruned by Li et al. 2017,
 * with a head of 512 hidden units, and as pruned by Network Slimming, with a plain head ({@code
 * -slimming}).
 */
public final class Vgg implements Family {
  /** A 2x2 max-pool in a plan of widths. */
  private static final int POOL = 0;

  private static final Map<Integer, List<Integer>> PLANS =
      Map.of(
          11, List.of(64, POOL, 128, POOL, 256, 256, POOL, 512, 512, POOL, 512, 512),
          13, List.of(64, 64, POOL, 128, 128, POOL, 256, 256, POOL, 512, 512, POOL, 512, 512),
          16,
              List.of(
                  64, 64, POOL, 128, 128, POOL, 256, 256, 256, POOL, 512, 512, 512, POOL, 512, 512,
                  512),
          19,
              List.of(
                  64, 64, POOL, 128, 128, POOL, 256, 256, 256, 256, POOL, 512, 512, 512, 512, POOL,
                  512, 512, 512, 512));

  /** What Li et al. leave of VGG-16: "Pruning Filters for Efficient ConvNets", table 2. */
  private static final List<Integer> PLAN_16_A =
      List.of(
          32, 64, POOL, 128, 128, POOL, 256, 256, 256, POOL, 256, 256, 256, POOL, 256, 256, 256);

  private final Map<String, Architecture> byName = new TreeMap<>();

  @Inject
  Vgg() {
    PLANS.forEach((depth, plan) -> put(new Recipe("vgg" + depth, plan, true)));
    put(new Recipe("vgg16-a", PLAN_16_A, true));
    put(new Recipe("vgg16-slimming", PLANS.get(16), false));
    put(new Recipe("vgg19-slimming", PLANS.get(19), false));
  }

  private void put(Architecture architecture) {
    byName.put(architecture.name(), architecture);
  }

  @Override
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  @Override
  public Optional<Architecture> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  private record Recipe(String name, List<Integer> plan, boolean hidden) implements Architecture {
    @Override
    public String family() {
      return "vgg";
    }

    @Override
    public Options defaults() {
      return Options.CIFAR10;
    }

    @Override
    public Network build(Options o) {
      Layers layers = new Layers(Style.PLAIN.withScale(0.5f));
      Value x = layers.images(o);
      int conv = 0;
      int pool = 0;
      for (int width : plan) {
        if (width == POOL) {
          x = layers.pools.max(x, "pool" + ++pool, 2);
        } else {
          String layer = "conv" + ++conv;
          x = layers.conv(x, layer, o.scaled(width), 3, 1);
          x = layers.batchNorm(x, layer + "/bn");
          x = layers.relu(x, layer + "/relu");
        }
      }
      // The reference averages the 2x2 map that is left of 32x32; other sizes leave another map.
      x = layers.pools.globalAverage(x, "average", false);
      Initializer normal = new Initializer.Normal(0.01);
      if (!hidden) {
        return layers.finish(
            name, layers.dense.layer(x, "dense", o.classes(), normal, Initializer.zeros()));
      }
      x = layers.dense.layer(x, "dense1", o.scaled(512), normal, Initializer.zeros());
      x = layers.dense.batchNorm(x, "dense1/bn", Initializer.ones());
      x = layers.relu(x, "dense1/relu");
      x = layers.dense.layer(x, "dense2", o.classes(), normal, Initializer.zeros());
      return layers.finish(name, x);
    }
  }
}
