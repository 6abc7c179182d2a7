package org.espalier.pruning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;

/**
 * Widths of groups such that the layers that result have a multiple of so many channels. A layer
 * may hold a channel of a group several times, as grouped convolutions do, and channels of several
 * groups, as one does that is split behind it.
 */
final class RoundedWidths {
  /**
   * What a layer makes.
   *
   * @param places how many indices belong to which groups: to none, to one or, where channels are
   *     laid out along several axes, to several
   */
  private record Layer(Map<Set<Integer>, Integer> places) {
    long width(int[] kept, int[] full) {
      long width = 0;
      for (Map.Entry<Set<Integer>, Integer> place : places.entrySet()) {
        long left = place.getValue();
        for (int g : place.getKey()) {
          left = left / full[g] * kept[g];
        }
        width += left;
      }
      return width;
    }

    Set<Integer> groups() {
      Set<Integer> all = new TreeSet<>();
      places.keySet().forEach(all::addAll);
      return all;
    }
  }

  private final int[] full;
  private final int multiple;
  private final List<Layer> layers;

  RoundedWidths(List<ChannelGroup> groups, int multiple) {
    this.full = groups.stream().mapToInt(ChannelGroup::channels).toArray();
    this.multiple = multiple;
    this.layers = multiple == 1 ? List.of() : layers(groups);
  }

  private static List<Layer> layers(List<ChannelGroup> groups) {
    Map<String, List<Set<Integer>>> makers = new LinkedHashMap<>();
    List<Layer> layers = new ArrayList<>();
    for (int g = 0; g < groups.size(); g++) {
      ChannelGroup group = groups.get(g);
      List<Member> made = group.members(Member.Role.PRODUCER);
      if (made.isEmpty()) {
        // A selection is as wide as its group.
        layers.add(new Layer(Map.of(Set.of(g), group.channels())));
      }
      for (Member m : made) {
        List<Set<Integer>> at =
            makers.computeIfAbsent(
                m.toString(),
                k ->
                    Stream.generate(TreeSet<Integer>::new)
                        .limit(m.channelAt().length)
                        .collect(Collectors.toList()));
        for (int i = 0; i < at.size(); i++) {
          if (m.channelAt()[i] >= 0) {
            at.get(i).add(g);
          }
        }
      }
    }
    for (List<Set<Integer>> at : makers.values()) {
      Map<Set<Integer>, Integer> places = new LinkedHashMap<>();
      at.forEach(of -> places.merge(of, 1, Integer::sum));
      layers.add(new Layer(places));
    }
    return layers;
  }

  /**
   * The least widths that are no less than these, and with which every layer has a multiple or what
   * it had. Groups of one layer are raised in turn, the one that lost the largest share first.
   */
  int[] of(int[] least) {
    int[] kept = new int[full.length];
    Arrays.setAll(kept, g -> Math.min(full[g], least[g]));
    boolean raised = true;
    while (raised) {
      raised = false;
      for (Layer layer : layers) {
        int next = layer.width(kept, full) % multiple == 0 ? -1 : mostCut(layer, kept);
        if (next >= 0) {
          kept[next]++;
          raised = true;
        }
      }
    }
    return kept;
  }

  /** The group of a layer that lost the largest share, or -1 if none lost anything. */
  private int mostCut(Layer layer, int[] kept) {
    int most = -1;
    for (int g : layer.groups()) {
      boolean cut = kept[g] < full[g];
      if (cut && (most < 0 || (long) kept[g] * full[most] < (long) kept[most] * full[g])) {
        most = g;
      }
    }
    return most;
  }
}
