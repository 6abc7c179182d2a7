package org.espalier.framework.experiments;

import java.util.Optional;
import org.espalier.framework.runs.PrunedFile;
import org.espalier.graphs.Network;

/**
 * What will come of a task that is not made, as far as it can be told: a network whose sizes are
 * right, if weights do not decide them.
 *
 * @param flopsBefore FLOPs for one image before the network was cut; 0 if it was not
 * @param flops FLOPs for one image without weights that are masked; 0 if those of the network count
 */
public record Preview(Network network, long flopsBefore, long flops) {
  /** Of a network without masks. */
  public Preview(Network network, long flopsBefore) {
    this(network, flopsBefore, 0);
  }

  /** Of a network that may be a pruned one. */
  static Preview of(Network network, Optional<PrunedFile> pruned) {
    return new Preview(
        network,
        pruned.map(p -> p.spentBefore().flops()).orElse(0L),
        pruned.map(p -> p.spent().flops()).orElse(0L));
  }
}
