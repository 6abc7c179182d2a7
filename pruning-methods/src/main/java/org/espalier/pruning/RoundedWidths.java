package org.espalier.pruning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
   * @param width how many channels, before the cut
   * @param times for each group, at how many places each of its channels stands
   */
  private record Layer(int width, Map<Integer, Integer> times) {
    long width(int[] kept, int[] full) {
      long left = width;
      for (Map.Entry<Integer, Integer> part : times.entrySet()) {
        left -= (long) (full[part.getKey()] - kept[part.getKey()]) * part.getValue();
      }
      return left;
    }

    /** The same layer, as two groups see it. */
    Layer with(Layer other) {
      Map<Integer, Integer> both = new LinkedHashMap<>(times);
      both.putAll(other.times);
      return new Layer(width, both);
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
    Map<String, Layer> makers = new LinkedHashMap<>();
    List<Layer> layers = new ArrayList<>();
    for (int g = 0; g < groups.size(); g++) {
      ChannelGroup group = groups.get(g);
      List<Member> made = group.members(Member.Role.PRODUCER);
      if (made.isEmpty()) {
        layers.add(
            new Layer(group.channels(), Map.of(g, 1))); // a selection is as wide as its group
      }
      for (Member m : made) {
        int own = (int) Arrays.stream(m.channelAt()).filter(c -> c >= 0).count();
        Layer seen = new Layer(m.channelAt().length, Map.of(g, own / group.channels()));
        makers.merge(m.toString(), seen, Layer::with);
      }
    }
    layers.addAll(makers.values());
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
    for (int g : layer.times().keySet()) {
      boolean cut = kept[g] < full[g];
      if (cut && (most < 0 || (long) kept[g] * full[most] < (long) kept[most] * full[g])) {
        most = g;
      }
    }
    return most;
  }
}
