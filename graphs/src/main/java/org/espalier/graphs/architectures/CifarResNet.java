package org.espalier.graphs.architectures;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.Network;

/**
 * ResNet for small images, depth 6n+2 (He et al. 2016, Deep Residual Learning, section 4.2): three
 * stages of n basic blocks. The networks differ in what leads around the blocks where a stage
 * begins.
 *
 * <ul>
 *   <li>{@code resnet56}: no parameters there (option A), by averaging 2x2 pixels, as Li et al.
 *       2017 prune it. The shortcut passes the gradient; the reference's cuts it, by accident.
 *   <li>{@code resnet56-sfp}: no parameters there either, but every second pixel, and a classifier
 *       that starts by fan-in: He et al. 2018, Soft Filter Pruning, section 4.1. The reference
 *       counts its rectifiers as no work.
 *   <li>{@code resnet50-cifar}: projections (option B), as Liu et al. 2019, Rethinking the Value of
 *       Network Pruning, section 6, train lottery tickets. The paper calls it ResNet-50, which is
 *       the ImageNet network of that name.
 * </ul>
 *
 * <p>The first two can be built with any other {@link PaddedShortcut}.
 */
public final class CifarResNet implements Family {
  private static final List<Integer> LISTED = List.of(20, 32, 44, 56, 110);
  private static final List<Integer> LISTED_SFP = List.of(20, 32, 56, 110);
  private static final Pattern NAME = Pattern.compile("resnet(\\d{1,4})(-sfp)?");

  /** resnet50 is the ImageNet network of that name. */
  private static final int IMAGENET_NAME = 50;

  private static final String PROJECTED = "resnet50-cifar";

  /** Inner widths that Li et al. leave, section 4.2. */
  private static final Map<String, List<Integer>> CUT =
      Map.of(
          "resnet56-a", LayerPlan.of("14x7 16 14 | 32 28x8 | 64 57x7 64"),
          "resnet56-b", LayerPlan.of("6x7 16x2 | 32 22x6 32 22 | 64 57x7 64"),
          "resnet110-a", LayerPlan.of("8x17 16 | 32x18 | 64x18"),
          "resnet110-b", LayerPlan.of("8x17 16 | 32 19x17 | 64 44x17"));

  @Inject
  CifarResNet() {}

  @Override
  public List<String> names() {
    List<String> names = new ArrayList<>();
    LISTED.forEach(depth -> names.add("resnet" + depth));
    LISTED_SFP.forEach(depth -> names.add("resnet" + depth + "-sfp"));
    names.addAll(CUT.keySet().stream().sorted().toList());
    names.add(PROJECTED);
    return names;
  }

  @Override
  public Optional<Architecture> find(String name) {
    List<Integer> cut = CUT.get(name);
    if (cut != null) {
      return Optional.of(new Recipe(name, cut.size() / 3, cut::get, PaddedShortcut.AVERAGE));
    }
    if (name.equals(PROJECTED)) {
      return Optional.of(whole(name, IMAGENET_NAME, null));
    }
    Matcher m = NAME.matcher(name);
    if (!m.matches()) {
      return Optional.empty();
    }
    int depth = Integer.parseInt(m.group(1));
    boolean sfp = m.group(2) != null;
    if (depth < 8 || depth % 6 != 2 || depth == IMAGENET_NAME && !sfp) {
      return Optional.empty();
    }
    return Optional.of(whole(name, depth, sfp ? PaddedShortcut.SUBSAMPLE : PaddedShortcut.AVERAGE));
  }

  private static Recipe whole(String name, int depth, PaddedShortcut shortcut) {
    int n = (depth - 2) / 6;
    return new Recipe(name, n, block -> 16 << (block / n), shortcut);
  }

  /**
   * One network.
   *
   * @param n blocks a stage
   * @param inner the width of the first convolution of each block, counted through the whole
   *     network
   * @param usual around the first block of the second and third stage, where no other is asked for;
   *     null for a projection, which cannot be another
   */
  private record Recipe(String name, int n, IntUnaryOperator inner, PaddedShortcut usual)
      implements Architecture {
    @Override
    public String family() {
      return "resnet";
    }

    @Override
    public Options defaults() {
      return Options.CIFAR10;
    }

    @Override
    public boolean padsShortcuts() {
      return usual != null;
    }

    private Shortcut shortcut(Options o) {
      return usual == null ? Shortcut.PROJECTED : o.shortcut().orElse(usual)::around;
    }

    @Override
    public Network build(Options o) {
      boolean sfp = usual == PaddedShortcut.SUBSAMPLE;
      Layers layers = new Layers(sfp ? Style.PLAIN.withUncountedRectifiers() : Style.PLAIN);
      Value x = layers.images(o);
      x = layers.conv(x, "stem", o.scaled(16), 3, 1);
      x = layers.activated(x, "stem");
      for (int number = 0; number < 3 * n; number++) {
        int stage = number / n;
        boolean begins = stage > 0 && number % n == 0;
        ResidualBlock block =
            new ResidualBlock(
                "stage" + (stage + 1) + "/block" + (number % n + 1),
                o.scaled(16 << stage),
                begins ? 2 : 1,
                begins ? shortcut(o) : Shortcut.IDENTITY);
        x = block.basic(layers, x, o.scaled(inner.applyAsInt(number)));
      }
      x = layers.pools.globalAverage(x, "average", true);
      Initializer fanIn = new Initializer.He(false);
      return layers.finish(
          name,
          sfp
              ? layers.dense.layer(x, "dense", o.classes(), fanIn, Initializer.zeros())
              : layers.dense.classifier(x, o.classes()));
    }
  }
}
