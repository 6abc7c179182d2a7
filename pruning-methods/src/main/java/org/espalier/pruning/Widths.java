package org.espalier.pruning;

import java.util.ArrayList;
import java.util.List;
import org.espalier.graphs.channels.ChannelGroup;

/**
 * How wide some groups become.
 *
 * @param asked what the share that goes would leave, for each group
 * @param kept what stays, with floor and rounding
 */
record Widths(int[] asked, int[] kept) {

  /** Sentences on the groups where the floor kept more than was asked for. */
  List<String> notes(List<ChannelGroup> groups, WidthRule rule) {
    List<String> notes = new ArrayList<>();
    for (int g = 0; g < kept.length; g++) {
      rule.note(groups.get(g), asked[g]).ifPresent(notes::add);
    }
    return notes;
  }
}
