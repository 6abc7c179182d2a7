package org.espalier.pruning.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;

/**
 * Weights that are small beside those of their kernel that are larger: Lee et al. 2021,
 * "Layer-Adaptive Sparsity for the Magnitude-based Pruning", section 3. The score of a weight is
 * its square, divided by the sum of the squares of all weights of its kernel that are no smaller.
 * The largest of each kernel scores 1, so no kernel is emptied.
 */
@Named(
    value = "lamp",
    description =
        "masks weights by their share in those of the kernel that are no smaller"
            + " (Lee et al. 2021, Layer-Adaptive Sparsity)")
public record Lamp(
    @Setting(
            value =
                "Kernels that lose weights: of convolutions (conv) or of dense layers too (all).",
            defaultValue = "conv")
        KernelKind kernels)
    implements WeightScoringMethod {
  @Override
  public String refusesLocal() {
    return "lamp ranks the weights of all kernels together: within one it is magnitude; give scope"
        + " global";
  }

  @Override
  public List<double[]> scores(List<PrunableKernel> of, Evidence evidence) {
    List<double[]> all = new ArrayList<>();
    for (PrunableKernel kernel : of) {
      all.add(scores(kernel));
    }
    return all;
  }

  private static double[] scores(PrunableKernel kernel) {
    // Absolute values are ordered as their bits are: one number holds value and place, and of equal
    // values the first comes first.
    long[] order = new long[kernel.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = (long) Float.floatToIntBits(Math.abs(kernel.weights()[i])) << Integer.SIZE | i;
    }
    Arrays.parallelSort(order);
    double[] scores = new double[order.length];
    double larger = 0;
    for (int at = order.length - 1; at >= 0; at--) {
      int i = (int) order[at];
      double square = (double) kernel.weights()[i] * kernel.weights()[i];
      larger += square;
      scores[i] = larger == 0 ? 0 : square / larger;
    }
    return scores;
  }
}
