package org.espalier.graphs.channels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
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
  private final Map<ChannelGroup, int[]> channels = new LinkedHashMap<>();

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

  /** The groups in the order in which data meets them, each with its channels' roots. */
  Map<ChannelGroup, int[]> build() {
    labels.keepRaggedParts();
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
    Set<Integer> told = new HashSet<>();
    byHomes.values().stream()
        .filter(c -> !isRest(c))
        .forEach(c -> told.addAll(homes.get(c.get(0))));
    for (List<Integer> members : byHomes.values()) {
      List<Integer> at = homes.get(members.get(0));
      // Of an axis with channels along others nobody asks after the rest.
      boolean asked = !isRest(members) || told.addAll(at);
      ChannelGroup group = asked ? group(members, at, used) : null;
      if (group != null) {
        channels.put(group, members.stream().mapToInt(Integer::intValue).toArray());
      }
    }
    return channels;
  }

  /** A single channel that others are laid out beside: it cannot go. */
  private boolean isRest(List<Integer> channels) {
    return channels.size() == 1 && labels.isAlong(channels.get(0));
  }

  /** For each channel, the parameter axes it lives on. */
  private Map<Integer, List<Integer>> homes() {
    Map<Integer, List<Integer>> homes = new LinkedHashMap<>();
    for (int a = 0; a < axes.size(); a++) {
      for (int label : axes.get(a).labels()) {
        for (int channel : labels.channels(label)) {
          List<Integer> at = homes.computeIfAbsent(channel, k -> new ArrayList<>(4));
          if (at.isEmpty() || at.get(at.size() - 1) != a) {
            at.add(a);
          }
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
      addMembers(axes.get(home), number, members);
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

  /** One member, or as many as there are channels of the group at one index. */
  private void addMembers(ParameterAxis axis, Map<Integer, Integer> number, List<Member> members) {
    List<int[]> all = new ArrayList<>();
    for (int i = 0; i < axis.labels().length; i++) {
      int met = 0;
      for (int channel : labels.channels(axis.labels()[i])) {
        Integer own = number.get(channel);
        if (own != null) {
          if (met == all.size()) {
            int[] none = new int[axis.labels().length];
            Arrays.fill(none, -1);
            all.add(none);
          }
          all.get(met++)[i] = own;
        }
      }
    }
    for (int[] channelAt : all) {
      Member usual = new Member(axis.parameter(), axis.axis(), channelAt);
      boolean kernel = usual.role() != Member.Role.FOLLOWER;
      members.add(
          kernel
              ? new Member(
                  axis.parameter(),
                  axis.axis(),
                  channelAt,
                  labels.role(axis.labels()).orElse(usual.role()))
              : usual);
    }
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
