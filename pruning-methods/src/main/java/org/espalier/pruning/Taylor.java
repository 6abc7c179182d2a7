package org.espalier.pruning;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.framework.evidence.ChannelTensor;
import org.espalier.framework.evidence.Evidence;
import org.espalier.framework.evidence.Sample;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.channels.ChannelGroup;
import org.espalier.graphs.channels.Member;
import org.espalier.graphs.settings.Named;
import org.espalier.graphs.settings.Setting;

/**
 * Channels go that the loss would hardly miss, by its first derivative.
 *
 * <p>For each image it is the sum of gradient x value over what the channel's filters give, before
 * batch norm and activation: by how much the loss of that image begins to change when the filters
 * are scaled, which is also the sum of gradient x weight over them.
 *
 * <p>By weights, of this the mean square: Molchanov et al. 2019, "Importance Estimation for Neural
 * Network Pruning", section 3.1, with a gate on the filter, where the mean is over batches. The
 * square of the mean would say nothing of a trained network: there slopes of the images cancel out.
 *
 * <p>By activations, the mean of the absolute: Molchanov et al. 2017, "Pruning Convolutional Neural
 * Networks for Resource Efficient Inference", section 2.2, but with the sum over the positions of a
 * map where the paper has the mean, so that scores are changes of the loss and layers compare.
 */
@Named(
    value = "taylor",
    description =
        "channels that change the loss least, by its first derivative"
            + " (Molchanov et al. 2019, Importance Estimation for Neural Network Pruning)")
public record Taylor(
    @Setting(
            value =
                "The mean over images of the square of gradient x weight (weights), or of the absolute"
                    + " of gradient x activation (activations).",
            defaultValue = "weights")
        By by,
    @Setting(
            value = "Training images that gradients are taken on, classes in the shares of all.",
            defaultValue = "128")
        int sampleImages,
    @Setting(value = "Seed of the images.", defaultValue = "1") long seed)
    implements ScoringMethod {
  /** What gradients are multiplied with. */
  public enum By {
    WEIGHTS,
    ACTIVATIONS
  }

  public Taylor {
    if (sampleImages < 1) {
      throw new UsageException("sample-images must be at least 1, found " + sampleImages);
    }
  }

  @Override
  public Optional<String> unableToScore(ChannelGroup group) {
    return group.members(Member.Role.PRODUCER).isEmpty()
        ? Optional.of("no layer makes its channels")
        : Optional.empty();
  }

  /** Changes of the same loss. */
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
    Sample sample = evidence.sample(sampleImages, seed);
    List<List<ChannelTensor>> seen =
        groups.stream().map(g -> ChannelTensor.of(g, evidence.analysis())).toList();
    Set<TensorRef> tensors = new LinkedHashSet<>();
    seen.forEach(of -> of.forEach(t -> tensors.add(t.tensor())));
    List<double[]> sums = groups.stream().map(g -> new double[g.channels()]).toList();
    sample.gradients(
        List.copyOf(tensors),
        (values, gradients) -> {
          for (int g = 0; g < sums.size(); g++) {
            addBatch(sums.get(g), seen.get(g), values, gradients);
          }
        });
    for (double[] sum : sums) {
      for (int c = 0; c < sum.length; c++) {
        sum[c] /= sample.images();
      }
    }
    return sums;
  }

  private void addBatch(
      double[] sum,
      List<ChannelTensor> tensors,
      Map<TensorRef, ShapedArray> values,
      Map<TensorRef, ShapedArray> gradients) {
    int images = values.get(tensors.get(0).tensor()).shape().dim(0);
    double[][] changes = new double[images][sum.length];
    for (ChannelTensor t : tensors) {
      addProducts(changes, t, values.get(t.tensor()), gradients.get(t.tensor()).values());
    }
    for (double[] change : changes) {
      for (int c = 0; c < sum.length; c++) {
        sum[c] += by == By.WEIGHTS ? change[c] * change[c] : Math.abs(change[c]);
      }
    }
  }

  private static void addProducts(
      double[][] changes, ChannelTensor at, ShapedArray values, float[] gradients) {
    Shape shape = values.shape();
    int each = values.values().length / shape.dim(0);
    int inner = 1;
    for (int a = at.axis() + 1; a < shape.rank(); a++) {
      inner *= shape.dim(a);
    }
    for (int i = 0; i < gradients.length; i++) {
      int channel = at.channelAt()[(i / inner) % shape.dim(at.axis())];
      if (channel >= 0) {
        changes[i / each][channel] += (double) values.values()[i] * gradients[i];
      }
    }
  }
}
