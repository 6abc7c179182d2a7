package org.espalier.pruning;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.espalier.graphs.Model;
import org.espalier.graphs.channels.ChannelAnalysis;
import org.espalier.graphs.cost.Cost;
import org.espalier.graphs.rewrites.Cut;

/**
 * What a method decided, and what came of it.
 *
 * @param analysis of the network before
 * @param repaired the network before, with the weights as the method changed them
 * @param after the small network, or the masked one
 * @param costBefore counted on the network before
 * @param costAfter counted on the network after
 */
public record Decision(
    ChannelAnalysis analysis,
    Model repaired,
    Pruned pruned,
    Model after,
    Cost costBefore,
    Cost costAfter) {

  /** The channels that stay, with every group named that could have been cut; empty for masks. */
  public Optional<Cut> cut() {
    return pruned.cut().map(cut -> cut.completed(analysis));
  }

  /** Sentences that the user should read. Usually empty. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>(pruned.notes());
    Cost unknown = costBefore.isAtLeast() ? costBefore : costAfter;
    if (unknown.isAtLeast()) {
      notes.add(
          String.format(
              Locale.ROOT,
              "multiply-accumulates are at least what is told: %s%s",
              unknown.open().get(0),
              unknown.open().size() > 1
                  ? ", and so for " + (unknown.open().size() - 1) + " more"
                  : ""));
    }
    return notes;
  }

  /**
   * The share of multiply-accumulates that remains, in [0, 1]; those by weights that are masked are
   * gone.
   */
  public double macFraction() {
    long before = costBefore.spent().macs();
    return before == 0 ? 1 : (double) costAfter.spent().macs() / before;
  }
}
