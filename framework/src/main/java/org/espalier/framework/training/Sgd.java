package org.espalier.framework.training;

import java.util.List;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;

/**
 * Stochastic gradient descent as PyTorch defines it: {@code v = momentum x v + gradient; w = w -
 * rate x v}, or Nesterov's variant.
 */
@Named(value = "sgd", description = "stochastic gradient descent with momentum, as in PyTorch")
public record Sgd(
    @Setting(value = "Momentum of SGD.", defaultValue = "0.9") double momentum,
    @Setting(value = "Use Nesterov's momentum.", defaultValue = "false") boolean nesterov)
    implements Optimiser {
  static final String MOMENTUM = "momentum";

  public Sgd {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException("momentum must be in [0, 1), found " + momentum);
    }
  }

  @Override
  public List<String> slots() {
    return List.of(MOMENTUM);
  }

  @Override
  public String update(Update u) {
    String rate = u.graph().constant(u.name("momentum_rate"), ShapedArray.scalar((float) momentum));
    return u.apply(
        "ResourceApplyMomentum",
        nesterov,
        u.parameter().name(),
        u.slot(MOMENTUM),
        u.learningRate(),
        u.gradient().toString(),
        rate);
  }
}
