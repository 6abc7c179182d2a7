package org.espalier.framework.training;

import org.espalier.framework.TestNetworks;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.sessions.Machine;
import org.espalier.graphs.Network;

/** Training sessions for tests. */
final class Sessions {
  private Sessions() {}

  static TrainingSession sgd(
      Network network, Normalisation scale, float momentum, boolean nesterov, float decay) {
    return new TrainingSession(
        network,
        scale,
        new TrainingGraph.Optimiser(momentum, nesterov, decay),
        TestNetworks.WIRED.rules(),
        Machine.all());
  }
}
