package org.espalier.pruning.weights;

import java.util.ArrayList;
import java.util.List;
import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;

/**
 * Weights that are small go: Han et al. 2015, "Learning both Weights and Connections for Efficient
 * Neural Networks", section 3; with scope {@code global} one threshold for all kernels, as Liu et
 * al. 2019 prune (section 4.3).
 */
@Named(
    value = "magnitude",
    description =
        "masks the weights with the smallest absolute values"
            + " (Han et al. 2015, Learning both Weights and Connections)")
public record Magnitude(
    @Setting(
            value =
                "Kernels that lose weights: of convolutions (conv) or of dense layers too (all).",
            defaultValue = "conv")
        KernelKind kernels)
    implements WeightScoringMethod {
  @Override
  public List<double[]> scores(List<PrunableKernel> of, Evidence evidence) {
    return scores(of);
  }

  static List<double[]> scores(List<PrunableKernel> of) {
    List<double[]> all = new ArrayList<>();
    for (PrunableKernel kernel : of) {
      double[] scores = new double[kernel.size()];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = Math.abs(kernel.weights()[i]);
      }
      all.add(scores);
    }
    return all;
  }
}
