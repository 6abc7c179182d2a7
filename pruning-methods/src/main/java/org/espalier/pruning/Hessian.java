package org.espalier.pruning;

import java.util.ArrayList;
import java.util.List;
import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;

/**
 * Channels go whose absence would hardly move the outputs, labels unseen: the label-free Hessian of
 * Gordon et al. 2023, "EPTQ: Enhanced Post-Training Quantization", by which Sony's Model
 * Compression Toolkit prunes channels. The score is the sum over the channel's filters of {@code
 * w^2 h}, where {@code h}, the diagonal of the Hessian of the squared distance of the outputs, is
 * the sum of the squared derivatives of all outputs by the weight: estimated with random probes, as
 * Hutchinson does traces.
 */
@Named(
    value = "hessian",
    description =
        "channels that move the outputs least, by a label-free Hessian"
            + " (Gordon et al. 2023, EPTQ; Sony's Model Compression Toolkit)")
public record Hessian(
    @Setting(value = "Training images that are looked at, one by one.", defaultValue = "32")
        int sampleImages,
    @Setting(value = "Random probes of the outputs of each image.", defaultValue = "4") int probes,
    @Setting(value = "Seed of the images and probes.", defaultValue = "1") long seed)
    implements ScoringMethod {
  public Hessian {
    if (sampleImages < 1) {
      throw new UsageException("sample-images must be at least 1, found " + sampleImages);
    }
    if (probes < 1) {
      throw new UsageException("probes must be at least 1, found " + probes);
    }
  }

  /** Movements of the same outputs. */
  @Override
  public boolean comparesGroups() {
    return true;
  }

  @Override
  public double[] scores(ChannelGroup group, Evidence evidence) {
    return scores(List.of(group), evidence).get(0);
  }

  @Override
  public List<double[]> scores(List<ChannelGroup> groups, Evidence evidence) {
    Weights slopes = evidence.sample(sampleImages, seed).squaredSlopes(probes, seed);
    List<double[]> all = new ArrayList<>();
    for (ChannelGroup group : groups) {
      all.add(
          Producers.productSums(
              group, Producers.of(group), evidence.weights(), slopes, (w, h) -> w * w * h));
    }
    return all;
  }
}
