package org.espalier.pruning.weights;

import java.util.ArrayList;
import java.util.List;
import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;

/**
 * Weights go that the loss would hardly miss: Lee et al. 2019, "SNIP: Single-shot Network Pruning
 * based on Connection Sensitivity", section 4. The score of a weight is the absolute product of
 * weight and gradient, which is by how much the loss begins to change when the weight is scaled
 * down. The paper asks a network that was never trained.
 */
@Named(
    value = "snip",
    description =
        "masks weights by the absolute product of weight and gradient on a sample"
            + " (Lee et al. 2019, SNIP)")
public record Snip(
    @Setting(
            value =
                "Kernels that lose weights: of convolutions (conv) or of dense layers too (all).",
            defaultValue = "conv")
        KernelKind kernels,
    @Setting(
            value = "Training images that gradients are taken on, classes in the shares of all.",
            defaultValue = "128")
        int sampleImages,
    @Setting(value = "Seed of the images.", defaultValue = "1") long seed)
    implements WeightScoringMethod {
  public Snip {
    if (sampleImages < 1) {
      throw new UsageException("sample-images must be at least 1, found " + sampleImages);
    }
  }

  @Override
  public List<double[]> scores(List<PrunableKernel> of, Evidence evidence) {
    Weights gradients = evidence.sample(sampleImages, seed).gradients();
    List<double[]> all = new ArrayList<>();
    for (PrunableKernel kernel : of) {
      float[] gradient = gradients.get(kernel.name()).values();
      double[] scores = new double[gradient.length];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = Math.abs((double) gradient[i] * kernel.weights()[i]);
      }
      all.add(scores);
    }
    return all;
  }
}
