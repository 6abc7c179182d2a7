package org.espalier.framework.training;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;
import org.tensorflow.proto.DataType;

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

  /**
   * With momentum m and decay d, {@code v + (d / m) w} times m is {@code m v + d w}: one pass over
   * v and w, in place, where a product and a sum would be two and two arrays more. Nesterov's
   * variant reads the gradient itself, so there the decay stays in it.
   */
  @Override
  public Optional<String> decay(Update u, float rate) {
    if (nesterov || momentum == 0) {
      return Optional.empty();
    }
    String factor =
        u.graph().constant(u.name("decay"), ShapedArray.scalar((float) (-rate / momentum)));
    return Optional.of(
        u.graph()
            .add(
                "ResourceApplyGradientDescent",
                u.name("decayed"),
                Map.of(
                    "T", Attributes.type(DataType.DT_FLOAT), "use_locking", Attributes.flag(false)),
                u.slot(MOMENTUM),
                factor,
                GraphBuilder.readName(u.parameter().name())));
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
