package org.espalier.pruning;

import java.util.List;
import java.util.Optional;
import org.espalier.graphs.channels.ChannelGroup;

/**
 * How many channels of a group stay.
 *
 * @param floor never fewer, unless the group has fewer
 * @param roundTo a multiple of this, rounded up, unless the group has fewer
 */
record WidthRule(int floor, int roundTo) {
  static WidthRule of(PruningSettings settings) {
    return new WidthRule(settings.floor(), settings.roundTo());
  }

  /** Truncated, in double precision: with it the published widths come out. */
  static int asked(int width, double ratio) {
    return (int) (width * (1 - ratio));
  }

  /** What stays of many groups, each of which is asked to keep so many channels. */
  Widths widths(List<ChannelGroup> groups, int[] asked) {
    int[] kept = new int[asked.length];
    for (int g = 0; g < kept.length; g++) {
      kept[g] = kept(groups.get(g).channels(), asked[g]);
    }
    return new Widths(asked, kept);
  }

  /** A sentence, if the floor kept more than was asked for. */
  Optional<String> note(ChannelGroup group, int asked) {
    int width = group.channels();
    int kept = kept(width, asked);
    if (kept == roundUp(width, asked)) {
      return Optional.empty();
    }
    return Optional.of(
        "group '%s': %d of %d channels were to stay, kept %d because the floor is %d"
            .formatted(group.id(), asked, width, kept, floor));
  }

  /** What stays of a group that is asked to keep so many channels. */
  int kept(int width, int asked) {
    return roundUp(width, Math.max(asked, floor));
  }

  private int roundUp(int width, int channels) {
    return (int) Math.min(width, ((long) channels + roundTo - 1) / roundTo * roundTo);
  }
}
