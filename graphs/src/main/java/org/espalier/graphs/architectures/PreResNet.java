package org.espalier.graphs.architectures;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.espalier.graphs.Network;

/**
 * Pre-activation ResNet of bottlenecks for small images, depth 9n+2 (He et al. 2016, Identity
 * Mappings in Deep Residual Networks, section 4): three stages of n blocks. Batch norm and
 * rectifier come before each convolution, so the trunk is a plain sum. The first block of each
 * stage projects the raw trunk.
 *
 * <p>The scales of batch norm in {@code preresnet164} start at a half, as in Liu et al. 2017,
 * Network Slimming; in all others, and so in the {@code preresnet110} that Liu et al. 2019,
 * Rethinking the Value of Network Pruning, section 4.3, prune weight by weight, at one.
 */
public final class PreResNet implements Family {
  private static final String SLIMMED = "preresnet164";

  @Inject
  PreResNet() {}

  @Override
  public List<String> names() {
    return List.of("preresnet110", SLIMMED);
  }

  @Override
  public Optional<Architecture> find(String name) {
    if (!name.matches("preresnet\\d{1,4}")) {
      return Optional.empty();
    }
    int depth = Integer.parseInt(name.substring("preresnet".length()));
    if (depth < 11 || depth % 9 != 2) {
      return Optional.empty();
    }
    return Optional.of(new Recipe(name, (depth - 2) / 9, name.equals(SLIMMED) ? 0.5f : 1f));
  }

  /**
   * One network.
   *
   * @param n blocks a stage
   * @param scale what the scales of batch norm start from
   */
  private record Recipe(String name, int n, float scale) implements Architecture {
    @Override
    public String family() {
      return "preresnet";
    }

    @Override
    public Options defaults() {
      return Options.CIFAR10;
    }

    @Override
    public Network build(Options o) {
      Layers layers = new Layers(Style.PLAIN.withScale(scale));
      Value x = layers.conv(layers.images(o), "stem", o.scaled(16), 3, 1);
      for (int block = 0; block < 3 * n; block++) {
        int stage = block / n;
        String at = "stage" + (stage + 1) + "/block" + (block % n + 1);
        x = block(layers, x, at, o.scaled(16 << stage), block % n == 0, stage > 0 ? 2 : 1);
      }
      x = layers.activated(x, "tail");
      x = layers.pools.globalAverage(x, "average", true);
      return layers.finish(name, layers.dense.classifier(x, o.classes()));
    }

    /** Only the first block of a stage strides and projects. */
    private Value block(
        Layers layers, Value in, String at, int width, boolean first, int stageStride) {
      int stride = first ? stageStride : 1;
      Value x = PreActivation.first(layers, in, at);
      x = PreActivation.branch(layers, x, at, width, stride);
      Value shortcut = first ? PreActivation.projection(layers, in, at, width, stride) : in;
      return layers.add(x, shortcut, at + "/sum");
    }
  }
}
