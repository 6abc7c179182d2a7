package org.espalier.framework.training;

import java.util.List;
import java.util.Map;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;

/**
 * Adam (Kingma and Ba 2015, algorithm 1), with epsilon beside the corrected root as in the paper
 * and in PyTorch. TensorFlow's op has it beside the uncorrected one, so it is given {@code epsilon
 * x sqrt(1 - beta2^t)}, which is the same.
 */
@Named(value = "adam", description = "Adam (Kingma and Ba 2015), as in PyTorch")
public record Adam(
    @Setting(value = "Decay of Adam's mean of gradients.", defaultValue = "0.9") double beta1,
    @Setting(value = "Decay of Adam's mean of squared gradients.", defaultValue = "0.999")
        double beta2,
    @Setting(value = "Adam's epsilon.", defaultValue = "1e-8") double epsilon)
    implements Optimiser {
  private static final String POWER1 = "beta1_power";
  private static final String POWER2 = "beta2_power";
  private static final String EPSILON = "epsilon";

  public Adam {
    require(beta1 >= 0 && beta1 < 1, "beta1 must be in [0, 1), found " + beta1);
    require(beta2 >= 0 && beta2 < 1, "beta2 must be in [0, 1), found " + beta2);
    require(epsilon > 0 && Double.isFinite(epsilon), "epsilon must be above 0, found " + epsilon);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  @Override
  public List<String> slots() {
    return List.of("mean", "square");
  }

  @Override
  public Map<String, Float> fed(long step) {
    double power2 = Math.pow(beta2, step);
    return Map.of(
        POWER1, (float) Math.pow(beta1, step),
        POWER2, (float) power2,
        EPSILON, (float) (epsilon * Math.sqrt(1 - power2)));
  }

  @Override
  public String update(Update u) {
    String first = u.graph().constant(u.name("beta1"), ShapedArray.scalar((float) beta1));
    String second = u.graph().constant(u.name("beta2"), ShapedArray.scalar((float) beta2));
    return u.apply(
        "ResourceApplyAdam",
        false,
        u.parameter().name(),
        u.slot("mean"),
        u.slot("square"),
        u.fed(POWER1),
        u.fed(POWER2),
        u.learningRate(),
        first,
        second,
        u.fed(EPSILON),
        u.gradient().toString());
  }
}
