package org.espalier.pruning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.espalier.graphs.UsageException;

/**
 * The widths that Li et al. 2017, "Pruning Filters for Efficient ConvNets", sections 4.1 to 4.3,
 * choose by the sensitivity of each layer. Groups that a preset does not cut stay as they are.
 *
 * <p>A preset fits its network at any width factor: where the paper leaves 32 of 64 filters, half
 * of the actual filters stay, rounded down.
 */
public final class Presets {
  /** Channels in the first stage of a ResNet for small images, and for ImageNet. */
  private static final int SMALL = 16;

  private static final int LARGE = 64;

  private static final Map<String, Preset> BY_NAME = new TreeMap<>();

  static {
    vgg(
        "vgg16-a",
        "vgg16",
        "64 64 128 128 256 256 256 512 512 512 512 512 512",
        "32 64 128 128 256 256 256 256 256 256 256 256 256");
    Stages of56 = new Stages("resnet56", SMALL, List.of(9, 9, 9));
    resNet("resnet56-a", of56, List.of(0.1, 0.1, 0.1), Set.of(16, 20, 38, 54));
    resNet("resnet56-b", of56, List.of(0.6, 0.3, 0.1), Set.of(16, 18, 20, 34, 38, 54));
    Stages of110 = new Stages("resnet110", SMALL, List.of(18, 18, 18));
    resNet("resnet110-a", of110, List.of(0.5, 0.0, 0.0), Set.of(36));
    resNet("resnet110-b", of110, List.of(0.5, 0.4, 0.3), Set.of(36, 38, 74));
    Stages of34 = new Stages("resnet34", LARGE, List.of(3, 4, 6, 3));
    Set<Integer> sensitive = Set.of(2, 8, 14, 16, 26, 28, 30, 32);
    resNet("resnet34-a", of34, List.of(0.3, 0.3, 0.3, 0.0), sensitive);
    resNet("resnet34-b", of34, List.of(0.5, 0.6, 0.4, 0.0), sensitive);
  }

  private Presets() {}

  /** All names, sorted. */
  public static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }

  /** The preset; an unknown name is answered with the nearest ones. */
  static Preset get(String name) {
    Preset preset = BY_NAME.get(name);
    if (preset == null) {
      throw UsageException.unknown("preset", name, BY_NAME.keySet());
    }
    return preset;
  }

  /** The widths of all convolutions before and after, in order. */
  private static void vgg(String name, String network, String before, String after) {
    int[] full = widths(before);
    int[] left = widths(after);
    List<Preset.Layer> layers = new ArrayList<>();
    for (int i = 0; i < full.length; i++) {
      double ratio = 1 - (double) left[i] / full[i];
      layers.add(new Preset.Layer("conv" + (i + 1), full[i], ratio));
    }
    put(new Preset(name, network, layers));
  }

  private static int[] widths(String text) {
    return Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  /**
   * A ResNet of basic blocks.
   *
   * @param width channels in the first stage; each next one has twice as many
   * @param blocks how many there are in each stage
   */
  private record Stages(String network, int width, List<Integer> blocks) {}

  /**
   * The first convolutions of the blocks, with one ratio a stage.
   *
   * @param skipped convolutions left alone, numbered as the paper does: the stem is 1, projections
   *     have no number, so block b of the whole network (from 0) has 2 + 2b and 3 + 2b
   */
  private static void resNet(
      String name, Stages stages, List<Double> ratios, Set<Integer> skipped) {
    List<Preset.Layer> layers = new ArrayList<>();
    for (int s = 0; s < stages.blocks().size(); s++) {
      for (int b = 1; b <= stages.blocks().get(s); b++) {
        String group = String.format(Locale.ROOT, "stage%d/block%d/conv1", s + 1, b);
        double ratio = skipped.contains(2 + 2 * layers.size()) ? 0 : ratios.get(s);
        layers.add(new Preset.Layer(group, stages.width() << s, ratio));
      }
    }
    put(new Preset(name, stages.network(), layers));
  }

  private static void put(Preset preset) {
    BY_NAME.put(preset.name(), preset);
  }
}
