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

  int kept(int width, double ratio) {
    return roundUp(width, Math.max(asked(width, ratio), floor));
  }

  /** The same for many groups, each with a ratio of its own. */
  int[] widths(List<ChannelGroup> groups, double[] ratios) {
    int[] widths = new int[ratios.length];
    for (int g = 0; g < widths.length; g++) {
      widths[g] = kept(groups.get(g).channels(), ratios[g]);
    }
    return widths;
  }

  /** A sentence, if the floor kept more than was asked for. */
  Optional<String> note(ChannelGroup group, double ratio) {
    int width = group.channels();
    int asked = asked(width, ratio);
    int kept = kept(width, ratio);
    if (kept == roundUp(width, asked)) {
      return Optional.empty();
    }
    return Optional.of(
        "group '%s': %d of %d channels were to stay, kept %d because the floor is %d"
            .formatted(group.id(), asked, width, kept, floor));
  }

  private int roundUp(int width, int channels) {
    return (int) Math.min(width, ((long) channels + roundTo - 1) / roundTo * roundTo);
  }
}
