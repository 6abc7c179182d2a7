package org.espalier.graphs.rewrites;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.channels.ChannelGroup;

/**
 * The channels kept, for each group, and the branches that go: the decision of a structured method.
 * Groups that are not named stay as they are.
 *
 * @param method who decided
 * @param settings with which settings, in the order in which they should be shown
 * @param branches the residual branches that go, by the names of their scales. Usually none
 */
public record Cut(
    String method, Map<String, Object> settings, List<Group> groups, List<String> branches) {

  /**
   * What stays of one group.
   *
   * @param id the group's
   * @param channels how many there were
   * @param kept which stay, ascending
   * @param members the parameter axes that are cut along
   */
  public record Group(String id, int channels, List<Integer> kept, List<MemberAxis> members) {
    public Group {
      kept = List.copyOf(kept);
      members = List.copyOf(members);
      int last = -1;
      for (int k : kept) {
        if (k <= last || k >= channels) {
          throw new BadInputException(
              "group '"
                  + id
                  + "': expected kept channels that ascend and lie below "
                  + channels
                  + ", found "
                  + k
                  + " after "
                  + last);
        }
        last = k;
      }
      if (kept.isEmpty()) {
        throw new BadInputException("group '" + id + "': a cut may not remove every channel");
      }
    }

    public static Group of(ChannelGroup group, int[] kept) {
      return new Group(
          group.id(),
          group.channels(),
          Arrays.stream(kept).boxed().toList(),
          group.members().stream()
              .map(m -> new MemberAxis(m.parameter().name(), m.axis()))
              .toList());
    }
  }

  /** One axis of one parameter. */
  public record MemberAxis(String parameter, int axis) {}

  /** Without branches that go. */
  public Cut(String method, Map<String, Object> settings, List<Group> groups) {
    this(method, settings, groups, List.of());
  }

  public Cut {
    branches = List.copyOf(branches);
    settings = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    groups = List.copyOf(groups);
    Set<String> ids = new HashSet<>();
    for (Group g : groups) {
      if (!ids.add(g.id())) {
        throw new BadInputException("the cut names group '" + g.id() + "' twice");
      }
    }
  }

  /** For each group that is cut, whether each of its channels stays. */
  public Map<ChannelGroup, boolean[]> resolve(ChannelAnalysis analysis) {
    Map<String, ChannelGroup> known =
        analysis.groups().stream().collect(Collectors.toMap(ChannelGroup::id, g -> g));
    Map<ChannelGroup, boolean[]> resolved = new LinkedHashMap<>();
    for (Group g : groups) {
      ChannelGroup group = known.get(g.id());
      if (group == null) {
        throw new BadInputException(
            "the cut names group '" + g.id() + "', which " + analysis.network().name() + " lacks");
      }
      if (group.channels() != g.channels()) {
        throw new BadInputException(
            "group '"
                + g.id()
                + "' has "
                + group.channels()
                + " channels, the cut expects "
                + g.channels());
      }
      if (g.kept().size() == g.channels()) {
        continue;
      }
      if (!group.prunable()) {
        throw new BadInputException("group '" + g.id() + "' cannot be cut: " + group.reason());
      }
      boolean[] stays = new boolean[g.channels()];
      g.kept().forEach(k -> stays[k] = true);
      resolved.put(group, stays);
    }
    return resolved;
  }

  /** The same decision with every group named that could have been cut, in the network's order. */
  public Cut completed(ChannelAnalysis analysis) {
    Map<String, Group> named = new LinkedHashMap<>();
    for (ChannelGroup g : analysis.prunable()) {
      named.put(g.id(), Group.of(g, IntStream.range(0, g.channels()).toArray()));
    }
    groups.forEach(g -> named.put(g.id(), g));
    return new Cut(method, settings, List.copyOf(named.values()), branches);
  }

  /** Only the groups that lose something. */
  public List<Group> changed() {
    List<Group> changed = new ArrayList<>(groups);
    changed.removeIf(g -> g.kept().size() == g.channels());
    return changed;
  }
}
