package org.espalier.pruning;

import java.util.List;
import org.espalier.graphs.rewrites.Cut;

/**
 * What a structured method decided.
 *
 * @param cut the channels that stay, with the method and its settings
 * @param notes sentences that the user should read: where the floor kept more than was asked, and
 *     the like. Usually empty
 * @param macsBefore multiply-accumulates of the network for one image
 * @param macsAfter those of the network without the channels, counted on that network
 */
public record Decision(Cut cut, List<String> notes, long macsBefore, long macsAfter) {
  public Decision {
    notes = List.copyOf(notes);
  }

  /** The share of multiply-accumulates that remains, in [0, 1]. */
  public double macFraction() {
    return macsBefore == 0 ? 1 : (double) macsAfter / macsBefore;
  }
}
