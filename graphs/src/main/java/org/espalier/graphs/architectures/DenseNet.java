package org.espalier.graphs.architectures;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.espalier.graphs.Network;

/**
 * DenseNet for small images with growth rate 12 (Huang et al. 2017, sections 3 and 4.2): three
 * blocks in which each layer reads all earlier ones. Plain, depth 3n+4; or BC, depth 6n+4, with
 * bottlenecks of 48 channels and transitions that halve. The reference's "DenseNet-BC-100" is by
 * accident a plain one of 4.07 M parameters; this is the true one.
 *
 * <p>The scales of batch norm in {@code densenet40} start at a half, as in Liu et al. 2017, Network
 * Slimming. Where Liu et al. 2019, Rethinking the Value of Network Pruning, section 4.3, prune it
 * weight by weight they start at one, as in the BC networks here; that is the only difference.
 */
public final class DenseNet implements Family {
  private static final int GROWTH = 12;
  private static final int BOTTLENECK = 4;
  private static final Pattern NAME = Pattern.compile("densenet(-bc-)?(\\d{1,4})");

  @Inject
  DenseNet() {}

  @Override
  public List<String> names() {
    return List.of("densenet-bc-100", "densenet40");
  }

  @Override
  public Optional<Architecture> find(String name) {
    Matcher m = NAME.matcher(name);
    if (!m.matches()) {
      return Optional.empty();
    }
    boolean bc = m.group(1) != null;
    int convolutions = bc ? 6 : 3;
    int depth = Integer.parseInt(m.group(2)) - 4;
    if (depth < convolutions || depth % convolutions != 0) {
      return Optional.empty();
    }
    // Network Slimming starts the scales of the plain network at a half.
    return Optional.of(new Recipe(name, depth / convolutions, bc, bc ? 1f : 0.5f));
  }

  /**
   * One network.
   *
   * @param n layers a block
   * @param bc with bottlenecks and compression
   * @param scale what the scales of batch norm start from
   */
  private record Recipe(String name, int n, boolean bc, float scale) implements Architecture {
    @Override
    public String family() {
      return "densenet";
    }

    @Override
    public Options defaults() {
      return Options.CIFAR10;
    }

    @Override
    public Network build(Options o) {
      Layers layers = new Layers(Style.PLAIN.withScale(scale));
      Value x = layers.conv(layers.images(o), "stem", o.scaled(2 * GROWTH), 3, 1);
      for (int block = 1; block <= 3; block++) {
        for (int layer = 1; layer <= n; layer++) {
          x = layer(layers, x, "block" + block + "/layer" + layer, o.scaled(GROWTH));
        }
        if (block < 3) {
          String at = "transition" + block;
          int width = bc ? Math.max(1, x.channels() / 2) : x.channels();
          x = layers.conv(layers.activated(x, at), at, width, 1, 1);
          x = layers.pools.average(x, at + "/pool", 2, false);
        }
      }
      x = layers.pools.globalAverage(layers.activated(x, "tail"), "average", true);
      return layers.finish(name, layers.dense.classifier(x, o.classes()));
    }

    private Value layer(Layers layers, Value in, String at, int growth) {
      Value x = layers.activated(in, at + "/conv1");
      if (bc) {
        x = layers.conv(x, at + "/conv1", BOTTLENECK * growth, 1, 1);
        x = layers.activated(x, at + "/conv2");
        x = layers.conv(x, at + "/conv2", growth, 3, 1);
      } else {
        x = layers.conv(x, at + "/conv1", growth, 3, 1);
      }
      return layers.concat(in, x, at + "/join");
    }
  }
}
