package org.espalier.framework.training;

import org.espalier.framework.TestNetworks;
import org.espalier.framework.data.Normalisation;
import org.espalier.framework.sessions.Machine;
import org.espalier.graphs.Network;

/** Training sessions for tests. */
final class Sessions {
  private Sessions() {}

  static TrainingSession sgd(
      Network network, Normalisation scale, double momentum, boolean nesterov, double decay) {
    return open(
        network,
        scale,
        Recipe.CIFAR.withOptimiser(new Sgd(momentum, nesterov)).withWeightDecay(decay));
  }

  static TrainingSession open(Network network, Normalisation scale, Recipe recipe) {
    return open(network, scale, recipe, Loss.labels());
  }

  static TrainingSession open(Network network, Normalisation scale, Recipe recipe, Loss loss) {
    return new TrainingSession(
        network,
        Feed.fitting(network, scale),
        recipe,
        loss,
        TestNetworks.WIRED.rules(),
        Machine.all());
  }

  /** SGD's slot of a parameter. After one step from zero it is the gradient. */
  static String momentumOf(String parameter) {
    return "espalier/momentum/" + parameter;
  }
}
