package org.espalier.framework.training;

import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.framework.data.Batch;
import org.espalier.framework.data.Batches;
import org.espalier.framework.data.Dataset;
import org.espalier.framework.sessions.Machine;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.Weights;
import org.espalier.graphs.ops.OpRules;

/**
 * What a network scores with weights on the straight line between those of two trainings (Frankle
 * et al. 2020, "Linear Mode Connectivity and the Lottery Ticket Hypothesis"). Means and variances
 * of batch norm on the line are nobody's mean of means: they are measured anew on training images.
 */
public final class WeightLine implements AutoCloseable {
  private static final int BATCH = 128;

  /** Moving statistics weigh the last ten batches or so; what was before is gone after as many. */
  private static final int BATCHES_SEEN = 100;

  private final Model one;
  private final Model other;
  private final Dataset data;
  private final TrainingSession session;

  /**
   * Opens a session.
   *
   * @param one the end at 0
   * @param other the end at 1, with weights of the same shapes
   */
  public WeightLine(Model one, Model other, Dataset data, OpRules rules, Machine machine) {
    if (!one.weights().names().equals(other.weights().names())) {
      throw new UsageException(
          "a line goes from weights of a network to others of it; found two networks");
    }
    this.one = one;
    this.other = other;
    this.data = data;
    session =
        new TrainingSession(
            one.network(), Feed.of(data), Recipe.CIFAR, Loss.labels(), rules, machine);
  }

  /** The weights at a share of the way; at 0 and 1, and where both ends agree, exactly theirs. */
  static Weights between(Weights one, Weights other, double share) {
    Map<String, ShapedArray> between = new LinkedHashMap<>();
    one.asMap()
        .forEach(
            (name, array) -> {
              float[] a = array.values();
              float[] b = other.get(name).values();
              float[] values = new float[a.length];
              for (int i = 0; i < a.length; i++) {
                values[i] = (float) (a[i] + share * ((double) b[i] - a[i]));
              }
              between.put(name, new ShapedArray(array.shape(), values));
            });
    return Weights.of(between);
  }

  /** What is scored on the test images at a share of the way, from 0 to 1. */
  public Evaluator.Score at(double share) {
    session.write(between(one.weights(), other.weights(), share).with(session.zeroSlots()));
    if (hasStatistics(one.network())) {
      measureStatistics();
    }
    return Evaluator.score(data.test(), BATCH, session::evaluate);
  }

  private static boolean hasStatistics(Network network) {
    return network.parameters().stream().anyMatch(p -> p.kind() == ParameterKind.BN_VARIANCE);
  }

  /** On training images in an order of their own, as they are in training. */
  private void measureStatistics() {
    int seen = 0;
    for (int epoch = 0; seen < BATCHES_SEEN; epoch++) {
      try (Batches batches = data.train().training(data.augmentation(), BATCH, 1, epoch, 0)) {
        for (; batches.hasNext() && seen < BATCHES_SEEN; seen++) {
          Batch batch = batches.next();
          session.see(batch.images(), batch.size());
        }
      }
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
