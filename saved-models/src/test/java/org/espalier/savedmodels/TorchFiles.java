package org.espalier.savedmodels;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;

/** Weights as PyTorch would save them: other names, other layouts, sorted by name. */
final class TorchFiles {
  private static final Map<ParameterKind, String> LEAVES =
      Map.of(
          ParameterKind.CONV_KERNEL, "weight",
          ParameterKind.DENSE_KERNEL, "weight",
          ParameterKind.BIAS, "bias",
          ParameterKind.BN_SCALE, "weight",
          ParameterKind.BN_OFFSET, "bias",
          ParameterKind.BN_MEAN, "running_mean",
          ParameterKind.BN_VARIANCE, "running_var");

  private TorchFiles() {}

  /**
   * @param module from the prefix of a parameter to that of a module
   */
  static Weights of(Network network, Weights weights, Function<String, String> module) {
    Map<String, ShapedArray> sorted = new TreeMap<>();
    for (Parameter p : network.parameters()) {
      ShapedArray array = weights.get(p.name());
      String prefix = p.name().substring(0, p.name().lastIndexOf('/'));
      sorted.put(
          module.apply(prefix) + "." + LEAVES.get(p.kind()),
          switch (p.kind()) {
            case CONV_KERNEL -> Layout.permute(array, 3, 2, 0, 1);
            case DENSE_KERNEL -> Layout.permute(array, 1, 0);
            default -> array;
          });
    }
    return Weights.of(sorted);
  }

  /** The style of VGG: {@code features.N}, {@code classifier.N}, numbers with gaps. */
  static Weights vgg(Network network, Weights weights) {
    Map<String, String> names = new LinkedHashMap<>();
    for (Parameter p : network.parameters()) {
      String prefix = p.name().substring(0, p.name().lastIndexOf('/'));
      boolean features = prefix.startsWith("conv");
      int number = names.size() * (features ? 3 : 1);
      names.putIfAbsent(prefix, (features ? "features." : "classifier.") + number);
    }
    return of(network, weights, names::get);
  }

  /** The style of ResNet: {@code conv1}, {@code bn1}, {@code layer1.0.conv2} … {@code last}. */
  static Weights resnet(Network network, Weights weights, String last) {
    return of(
        network,
        weights,
        prefix -> {
          String name = prefix.equals("dense") ? last : prefix;
          name = name.replace("stem/bn", "bn1").replace("stem", "conv1");
          name = name.replaceAll("conv(\\d)/bn", "bn$1");
          for (int block : List.of(1, 2, 3)) {
            name = name.replace("block" + block, String.valueOf(block - 1));
          }
          return "module." + name.replace("stage", "layer").replace('/', '.');
        });
  }
}
