package org.espalier.savedmodels;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;

/**
 * Finds the parameters of a network in a PyTorch state dict. The names differ from model to model,
 * so layers are matched by type and order: the third convolution with the third convolution. Every
 * shape is checked.
 */
final class TorchNames {
  private final Network network;
  private final Layout layout;
  private final Map<String, ShapedArray> found = new LinkedHashMap<>();
  private final List<String> mismatches = new ArrayList<>();

  private TorchNames(Network network) {
    this.network = network;
    this.layout = new Layout(network);
  }

  static boolean areIn(Weights weights) {
    return weights.names().stream().anyMatch(n -> n.endsWith("." + TorchModule.WEIGHT));
  }

  /**
   * The weights under the network's names.
   *
   * @param source what to call the file in an error message
   * @throws BadInputException that lists every layer that does not fit
   */
  static Weights match(Weights torch, Network network, String source) {
    TorchNames names = new TorchNames(network);
    List<NetworkLayer> layers = NetworkLayer.allOf(network);
    List<TorchModule> modules = TorchModule.allOf(torch);
    for (LayerType type : LayerType.values()) {
      names.pair(
          layers.stream().filter(l -> l.type() == type).toList(),
          modules.stream().filter(m -> m.type() == type).toList());
    }
    layers.stream().filter(l -> l.type() == null).forEach(names::unmatched);
    modules.stream().filter(m -> m.type() == null).forEach(names::unmatched);
    if (!names.mismatches.isEmpty()) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: expected PyTorch weights that fit %s, found %d that do not: %s",
              source,
              network.name(),
              names.mismatches.size(),
              String.join("; ", names.mismatches)));
    }
    return Weights.of(names.found).matching(network.parameters(), source);
  }

  private void pair(List<NetworkLayer> layers, List<TorchModule> modules) {
    int both = Math.min(layers.size(), modules.size());
    for (int i = 0; i < both; i++) {
      pair(layers.get(i), modules.get(i));
    }
    layers.subList(both, layers.size()).forEach(this::unmatched);
    modules.subList(both, modules.size()).forEach(this::unmatched);
  }

  private void pair(NetworkLayer layer, TorchModule module) {
    TreeSet<String> left = new TreeSet<>(module.tensors().keySet());
    for (Parameter p : layer.parameters()) {
      Optional<String> name = LayerType.torchName(p.kind());
      ShapedArray array = name.map(module.tensors()::get).orElse(null);
      if (array == null) {
        mismatches.add(
            described(p.name(), p.shape())
                + " has no counterpart in '"
                + module.prefix()
                + "' of the file");
        continue;
      }
      left.remove(name.get());
      ShapedArray converted = layout.convert(p, array);
      if (converted.shape().equals(p.shape())) {
        found.put(p.name(), converted);
      } else {
        mismatches.add(
            described(p.name(), p.shape())
                + " against "
                + described(module.nameOf(name.get()), array.shape()));
      }
    }
    for (String name : left) {
      mismatches.add(
          described(module.nameOf(name), module.tensors().get(name).shape())
              + " has no counterpart in '"
              + layer.prefix()
              + "' of "
              + network.name());
    }
  }

  private void unmatched(NetworkLayer layer) {
    for (Parameter p : layer.parameters()) {
      mismatches.add(described(p.name(), p.shape()) + " has no counterpart in the file");
    }
  }

  private void unmatched(TorchModule module) {
    module
        .tensors()
        .forEach(
            (name, array) ->
                mismatches.add(
                    described(module.nameOf(name), array.shape())
                        + " has no counterpart in "
                        + network.name()));
  }

  private static String described(String name, Shape shape) {
    return "'" + name + "' " + shape;
  }
}
