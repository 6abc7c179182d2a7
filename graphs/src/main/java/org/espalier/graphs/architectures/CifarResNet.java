package org.espalier.graphs.architectures;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import org.espalier.graphs.Network;

/**
 * ResNet for small images, depth 6n+2 (He et al. 2016, section 4.2): three stages of n basic
 * blocks, with parameter-free shortcuts (option A) that average 2x2 pixels and append channels of
 * zeros where a stage begins. The shortcut passes the gradient; the reference's cuts it, by
 * accident.
 */
public final class CifarResNet implements Family {
  private static final List<Integer> LISTED = List.of(20, 32, 44, 56, 110);

  /** resnet50 is the ImageNet network of that name. */
  private static final int IMAGENET_NAME = 50;

  /** Inner widths that Li et al. leave, section 4.2. */
  private static final Map<String, List<Integer>> CUT =
      Map.of(
          "resnet56-a", Plan.of("14x7 16 14 | 32 28x8 | 64 57x7 64"),
          "resnet56-b", Plan.of("6x7 16x2 | 32 22x6 32 22 | 64 57x7 64"),
          "resnet110-a", Plan.of("8x17 16 | 32x18 | 64x18"),
          "resnet110-b", Plan.of("8x17 16 | 32 19x17 | 64 44x17"));

  @Inject
  CifarResNet() {}

  @Override
  public List<String> names() {
    List<String> names = new ArrayList<>();
    for (int depth : LISTED) {
      names.add("resnet" + depth);
    }
    names.addAll(CUT.keySet().stream().sorted().toList());
    return names;
  }

  @Override
  public Optional<Architecture> find(String name) {
    List<Integer> cut = CUT.get(name);
    if (cut != null) {
      return Optional.of(new Recipe(name, cut.size() / 3, cut::get));
    }
    if (!name.matches("resnet\\d{1,4}")) {
      return Optional.empty();
    }
    int depth = Integer.parseInt(name.substring("resnet".length()));
    if (depth < 8 || depth % 6 != 2 || depth == IMAGENET_NAME) {
      return Optional.empty();
    }
    int n = (depth - 2) / 6;
    return Optional.of(new Recipe(name, n, block -> 16 << (block / n)));
  }

  /**
   * One network.
   *
   * @param n blocks a stage
   * @param inner the width of the first convolution of each block, counted through the whole
   *     network
   */
  private record Recipe(String name, int n, IntUnaryOperator inner) implements Architecture {
    @Override
    public String family() {
      return "resnet";
    }

    @Override
    public Options defaults() {
      return Options.CIFAR10;
    }

    @Override
    public Network build(Options o) {
      Layers layers = new Layers(Style.PLAIN);
      Value x = layers.images(o);
      x = layers.conv(x, "stem", o.scaled(16), 3, 1);
      x = layers.batchNorm(x, "stem/bn");
      x = layers.relu(x, "stem/relu");
      for (int block = 0; block < 3 * n; block++) {
        int stage = block / n;
        String at = "stage" + (stage + 1) + "/block" + (block % n + 1);
        int stride = stage > 0 && block % n == 0 ? 2 : 1;
        x = block(layers, x, at, o.scaled(inner.applyAsInt(block)), o.scaled(16 << stage), stride);
      }
      x = layers.pools.globalAverage(x, "average", true);
      x = layers.dense.classifier(x, o.classes());
      return layers.finish(name, x);
    }

    private static Value block(Layers layers, Value in, String at, int inner, int out, int stride) {
      Value x = layers.conv(in, at + "/conv1", inner, 3, stride);
      x = layers.batchNorm(x, at + "/conv1/bn");
      x = layers.relu(x, at + "/conv1/relu");
      x = layers.conv(x, at + "/conv2", out, 3, 1);
      x = layers.batchNorm(x, at + "/conv2/bn");
      Value shortcut = in;
      if (stride > 1) {
        shortcut = layers.pools.average(in, at + "/shortcut", stride, false);
        shortcut = layers.appendZeroChannels(shortcut, at + "/zeros", out - shortcut.channels());
      }
      return layers.relu(layers.add(x, shortcut, at + "/sum"), at + "/relu");
    }
  }
}
