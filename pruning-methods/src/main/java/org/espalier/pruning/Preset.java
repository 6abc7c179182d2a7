package org.espalier.pruning;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.espalier.graphs.Network;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;

/**
 * A published choice of widths for one network.
 *
 * @param network the architecture it is for
 * @param layers the layers that the authors looked at, in the order in which data meets them
 */
record Preset(String name, String network, List<Layer> layers) {
  /**
   * One layer.
   *
   * @param group the id of the group that it makes
   * @param width its channels in the network of the paper
   * @param ratio the share of them that goes; 0 for a layer that is left alone
   */
  record Layer(String group, int width, double ratio) {}

  Preset {
    layers = List.copyOf(layers);
  }

  /** The share that goes, by the id of the group, in order; only groups that lose something. */
  Map<String, Double> shares() {
    Map<String, Double> shares = new LinkedHashMap<>();
    for (Layer layer : layers) {
      if (layer.ratio() > 0) {
        shares.put(layer.group(), layer.ratio());
      }
    }
    return shares;
  }

  /**
   * The same, for a network.
   *
   * @throws UsageException if this is not the network that the preset is for, wide or narrow
   */
  Map<String, Double> ratios(ChannelAnalysis analysis) {
    check(analysis);
    return shares();
  }

  private void check(ChannelAnalysis analysis) {
    Network found = analysis.network();
    if (!found.name().equals(network)) {
      throw wrong("this is " + found.name());
    }
    Map<String, ChannelGroup> groups =
        analysis.groups().stream().collect(Collectors.toMap(ChannelGroup::id, Function.identity()));
    Layer last = layers.get(layers.size() - 1);
    for (Layer layer : layers) {
      ChannelGroup group = groups.get(layer.group());
      if (group == null) {
        throw wrong("this network has no group '" + layer.group() + "'");
      }
      if (!group.prunable()) {
        throw wrong("here group '" + group.id() + "' cannot be cut: " + group.reason());
      }
      ChannelGroup widest = groups.getOrDefault(last.group(), group);
      double factor = (double) widest.channels() / last.width();
      // A width factor rounds each width, so they may be off by one.
      if (Math.abs(group.channels() - layer.width() * factor) > 1) {
        throw wrong(
            String.format(
                Locale.ROOT,
                "here group '%s' has %d channels where %.0f were expected; was it pruned before?",
                group.id(),
                group.channels(),
                layer.width() * factor));
      }
    }
  }

  private UsageException wrong(String found) {
    return new UsageException("preset '" + name + "' is for " + network + "; " + found);
  }
}
