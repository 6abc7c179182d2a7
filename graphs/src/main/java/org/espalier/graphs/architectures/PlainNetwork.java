package org.espalier.graphs.architectures;

import java.util.List;
import org.espalier.graphs.Network;

/**
 * Convolutions of 3x3 and max-pools of 2x2 in a row, then a head: every VGG.
 *
 * @param plan the widths of the convolutions, and where the pools are
 * @param normed whether a batch norm follows each convolution
 */
record PlainNetwork(
    String name,
    String family,
    Options defaults,
    Style style,
    List<Integer> plan,
    boolean normed,
    Head head)
    implements Architecture {

  @Override
  public Network build(Options o) {
    Layers layers = new Layers(style);
    Value x = layers.images(o);
    int conv = 0;
    int pool = 0;
    for (int width : plan) {
      if (width == LayerPlan.POOL) {
        x = layers.pools.max(x, "pool" + ++pool, 2);
        continue;
      }
      String layer = "conv" + ++conv;
      x = layers.conv(x, layer, o.scaled(width), 3, 1);
      x = normed ? layers.batchNorm(x, layer + "/bn") : x;
      x = layers.relu(x, layer + "/relu");
    }
    return layers.finish(name, head.write(layers, x, o));
  }
}
