package org.espalier.pruning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.espalier.graphs.UsageException;

/**
 * The widths that Li et al. 2017, "Pruning Filters for Efficient ConvNets", sections 4.1 and 4.2,
 * choose by the sensitivity of each layer. Groups that a preset does not cut stay as they are.
 *
 * <p>A preset fits its network at any width factor: where the paper leaves 32 of 64 filters, half
 * of the actual filters stay, rounded down.
 */
public final class Presets {
  /** Stages of a CIFAR ResNet. */
  private static final int STAGES = 3;

  private static final int FIRST_STAGE_WIDTH = 16;

  private static final Map<String, Preset> BY_NAME = new TreeMap<>();

  static {
    vgg(
        "vgg16-a",
        "vgg16",
        "64 64 128 128 256 256 256 512 512 512 512 512 512",
        "32 64 128 128 256 256 256 256 256 256 256 256 256");
    resNet("resnet56-a", 56, List.of(0.1, 0.1, 0.1), Set.of(16, 20, 38, 54));
    resNet("resnet56-b", 56, List.of(0.6, 0.3, 0.1), Set.of(16, 18, 20, 34, 38, 54));
    resNet("resnet110-a", 110, List.of(0.5, 0.0, 0.0), Set.of(36));
    resNet("resnet110-b", 110, List.of(0.5, 0.4, 0.3), Set.of(36, 38, 74));
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
   * The first convolutions of the blocks, with one ratio a stage.
   *
   * @param skipped convolutions left alone, numbered as the paper does: the stem is 1, so block b
   *     of the whole network (from 0) has 2 + 2b and 3 + 2b
   */
  private static void resNet(String name, int depth, List<Double> ratios, Set<Integer> skipped) {
    int blocks = (depth - 2) / (2 * STAGES);
    List<Preset.Layer> layers = new ArrayList<>();
    for (int b = 0; b < STAGES * blocks; b++) {
      int stage = b / blocks;
      String group = "stage%d/block%d/conv1".formatted(stage + 1, b % blocks + 1);
      double ratio = skipped.contains(2 + 2 * b) ? 0 : ratios.get(stage);
      layers.add(new Preset.Layer(group, FIRST_STAGE_WIDTH << stage, ratio));
    }
    put(new Preset(name, "resnet" + depth, layers));
  }

  private static void put(Preset preset) {
    BY_NAME.put(preset.name(), preset);
  }
}
