package org.espalier.framework.training;

import java.util.List;
import org.espalier.graphs.Weights;

/**
 * A training between two epochs: all that is needed to go on.
 *
 * @param weights parameters and masks
 * @param momentum the optimiser's, keyed {@code espalier/momentum/parameter}
 * @param metrics a row for each epoch done
 */
public record TrainingState(Weights weights, Weights momentum, List<EpochMetrics> metrics) {
  public TrainingState {
    metrics = List.copyOf(metrics);
  }

  public int epochsDone() {
    return metrics.size();
  }

  /** The last epoch's row. */
  public EpochMetrics last() {
    return metrics.get(metrics.size() - 1);
  }
}
