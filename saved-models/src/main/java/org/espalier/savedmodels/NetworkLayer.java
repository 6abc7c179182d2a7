package org.espalier.savedmodels;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;

/** The parameters of a network that share a prefix: {@code conv1/kernel}, {@code conv1/bias}. */
record NetworkLayer(String prefix, List<Parameter> parameters) {

  /** All layers in the order in which data meets them, shortcuts at the end of their block. */
  static List<NetworkLayer> allOf(Network network) {
    Map<String, List<Parameter>> byPrefix = new LinkedHashMap<>();
    for (Parameter p : network.parameters()) {
      int slash = p.name().lastIndexOf('/');
      byPrefix
          .computeIfAbsent(p.name().substring(0, Math.max(slash, 0)), k -> new ArrayList<>())
          .add(p);
    }
    List<NetworkLayer> layers = new ArrayList<>();
    byPrefix.forEach((prefix, parameters) -> layers.add(new NetworkLayer(prefix, parameters)));
    return shortcutsLast(layers);
  }

  private static List<NetworkLayer> shortcutsLast(List<NetworkLayer> layers) {
    List<NetworkLayer> ordered = new ArrayList<>(layers);
    for (NetworkLayer layer : layers) {
      String block = layer.shortcutOf();
      if (block != null) {
        ordered.remove(layer);
        int last = -1;
        for (int i = 0; i < ordered.size(); i++) {
          last = ordered.get(i).prefix.startsWith(block) ? i : last;
        }
        ordered.add(last < 0 ? layers.indexOf(layer) : last + 1, layer);
      }
    }
    return ordered;
  }

  /** The prefix of the block around which this layer leads, or null if it leads around none. */
  private String shortcutOf() {
    int start = 0;
    for (String part : prefix.split("/")) {
      if (start > 0 && ModuleOrder.isShortcut(part)) {
        return prefix.substring(0, start);
      }
      start += part.length() + 1;
    }
    return null;
  }

  /** Null if the parameters are not those of a layer that PyTorch has too. */
  LayerType type() {
    return parameters.stream()
        .map(p -> LayerType.of(p.kind()).orElse(null))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }
}
