package org.espalier.graphs.channels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ops.Axes;

/**
 * Gathers joined labels into groups: channels that live on the same parameter axes belong together.
 */
final class GroupBuilder {
  /** One axis of one parameter, and the labels along it. */
  private record ParameterAxis(Parameter parameter, int axis, int[] labels) {}

  private final LabelSets labels;
  private final List<ParameterAxis> axes = new ArrayList<>();

  GroupBuilder(Network network, LabelSets labels, Function<String, Axes> axesOf) {
    this.labels = labels;
    for (Parameter p : network.parameters()) {
      Axes own = axesOf.apply(p.name());
      for (int a = 0; a < p.shape().rank(); a++) {
        if (own.get(a) != null) {
          axes.add(new ParameterAxis(p, a, own.get(a)));
        }
      }
    }
  }

  List<ChannelGroup> build() {
    Map<Integer, List<Integer>> homes = homes();
    Map<Integer, Set<Integer>> parts = labels.parts();
    // Channels with the same homes and the same fate, in the order in which they were met. Those of
    // different parts of a tensor are apart, so that no part is left without any.
    Map<String, List<Integer>> byHomes = new LinkedHashMap<>();
    homes.forEach(
        (channel, at) ->
            byHomes
                .computeIfAbsent(
                    at + " " + parts.getOrDefault(channel, Set.of()) + labels.reason(channel),
                    k -> new ArrayList<>())
                .add(channel));
    Map<String, Integer> used = new HashMap<>();
    List<ChannelGroup> groups = new ArrayList<>();
    for (List<Integer> channels : byHomes.values()) {
      ChannelGroup group = group(channels, homes.get(channels.get(0)), used);
      if (group != null) {
        groups.add(group);
      }
    }
    return groups;
  }

  /** For each channel, the parameter axes it lives on. */
  private Map<Integer, List<Integer>> homes() {
    Map<Integer, List<Integer>> homes = new LinkedHashMap<>();
    for (int a = 0; a < axes.size(); a++) {
      for (int label : axes.get(a).labels()) {
        List<Integer> at = homes.computeIfAbsent(labels.root(label), k -> new ArrayList<>(4));
        if (at.isEmpty() || at.get(at.size() - 1) != a) {
          at.add(a);
        }
      }
    }
    return homes;
  }

  private ChannelGroup group(
      List<Integer> channels, List<Integer> homes, Map<String, Integer> used) {
    Map<Integer, Integer> number = new HashMap<>();
    channels.forEach(c -> number.put(c, number.size()));
    List<Member> members = new ArrayList<>();
    for (int home : homes) {
      ParameterAxis axis = axes.get(home);
      int[] channelAt =
          Arrays.stream(axis.labels())
              .map(label -> number.getOrDefault(labels.root(label), -1))
              .toArray();
      Member usual = new Member(axis.parameter(), axis.axis(), channelAt);
      members.add(
          usual.role() == Member.Role.FOLLOWER
              ? usual
              : new Member(
                  axis.parameter(),
                  axis.axis(),
                  channelAt,
                  labels.role(axis.labels()).orElse(usual.role())));
    }
    String reason = labels.reason(channels.get(0));
    if (reason != null && reason.isEmpty()) {
      return null; // the rows and columns of a kernel: nobody would ask
    }
    Member first =
        members.stream().filter(m -> m.role() == Member.Role.PRODUCER).findFirst().orElse(null);
    boolean read = members.stream().anyMatch(m -> m.role() == Member.Role.CONSUMER);
    if (reason == null && first == null && !read) {
      reason = "no layer makes or reads these channels";
    }
    String id = id(first == null ? members.get(0) : first, first == null, used);
    return new ChannelGroup(
        id,
        channels.size(),
        reason == null,
        reason == null ? "" : reason,
        labels.isSum(channels.get(0)),
        members);
  }

  /** The layer's name; a second group of the same layer gets a number. */
  private static String id(Member first, boolean input, Map<String, Integer> used) {
    String name = first.parameter().name();
    String layer = name.contains("/") ? name.substring(0, name.lastIndexOf('/')) : name;
    String id = input ? layer + ":in" : layer;
    int count = used.merge(id, 1, Integer::sum);
    return count == 1 ? id : id + "#" + count;
  }
}
