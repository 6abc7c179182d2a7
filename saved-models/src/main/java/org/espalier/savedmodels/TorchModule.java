package org.espalier.savedmodels;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;

/**
 * The tensors of a PyTorch state dict that share a prefix: {@code features.0.weight}, {@code
 * features.0.bias}.
 *
 * @param tensors by the last part of the name
 */
record TorchModule(String prefix, Map<String, ShapedArray> tensors) {
  static final String WEIGHT = "weight";
  static final String BIAS = "bias";
  static final String MEAN = "running_mean";
  static final String VARIANCE = "running_var";

  /** All modules, in the order in which data most likely meets them. */
  static List<TorchModule> allOf(Weights weights) {
    Map<String, Map<String, ShapedArray>> byPrefix = new LinkedHashMap<>();
    weights
        .asMap()
        .forEach(
            (name, array) -> {
              int dot = name.lastIndexOf('.');
              byPrefix
                  .computeIfAbsent(name.substring(0, Math.max(dot, 0)), k -> new LinkedHashMap<>())
                  .put(name.substring(dot + 1), array);
            });
    return byPrefix.entrySet().stream()
        .map(e -> new TorchModule(e.getKey(), e.getValue()))
        .sorted((a, b) -> ModuleOrder.OF_NAMES.compare(a.prefix, b.prefix))
        .toList();
  }

  /** Null if the tensors are not those of a layer that is known. */
  LayerType type() {
    ShapedArray weight = tensors.get(WEIGHT);
    if (tensors.containsKey(MEAN)) {
      return LayerType.BATCH_NORM;
    }
    if (weight == null) {
      return null;
    }
    return switch (weight.shape().rank()) {
      case 1 -> LayerType.BATCH_NORM;
      case 2 -> LayerType.DENSE;
      case 4 -> LayerType.CONVOLUTION;
      default -> null;
    };
  }

  String nameOf(String tensor) {
    return prefix.isEmpty() ? tensor : prefix + "." + tensor;
  }
}
