package org.espalier.pruning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.espalier.graphs.channels.ChannelGroup;

/**
 * How wide some groups become.
 *
 * @param asked what the share that goes would leave, for each group
 * @param kept what stays, with floor and rounding
 */
record Widths(int[] asked, int[] kept) {

  static Widths of(List<ChannelGroup> groups, int[] asked, Limits limits) {
    return new Widths(asked, kept(groups, asked, limits.floor(), limits.roundTo()));
  }

  /** Truncated, in double precision: with it the published widths come out. */
  static int asked(int width, double ratio) {
    return (int) (width * (1 - ratio));
  }

  /** What stays of one group that is asked to keep so many channels. */
  static int kept(ChannelGroup group, int asked, Limits limits) {
    return of(List.of(group), new int[] {asked}, limits).kept()[0];
  }

  private static int[] kept(List<ChannelGroup> groups, int[] asked, int floor, int roundTo) {
    int[] least = Arrays.stream(asked).map(a -> Math.max(a, floor)).toArray();
    return new RoundedWidths(groups, roundTo).of(least);
  }

  /** Sentences on the groups where the floor kept more than was asked for. */
  List<String> notes(List<ChannelGroup> groups, Limits limits) {
    List<String> notes = new ArrayList<>();
    int[] without = kept(groups, asked, 0, limits.roundTo());
    for (int g = 0; g < kept.length; g++) {
      int width = groups.get(g).channels();
      if (asked[g] < limits.floor() && kept[g] != without[g]) {
        notes.add(
            String.format(
                Locale.ROOT,
                "group '%s': %d of %d channels were to stay, kept %d because the floor is %d",
                groups.get(g).id(),
                asked[g],
                width,
                kept[g],
                limits.floor()));
      }
    }
    return notes;
  }
}
