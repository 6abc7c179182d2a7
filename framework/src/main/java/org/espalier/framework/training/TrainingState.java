package org.espalier.framework.training;

import java.util.List;
import org.espalier.graphs.Weights;

/**
 * A training between two steps: all that is needed to go on.
 *
 * @param step how many were done
 * @param weights parameters and masks
 * @param slots what the optimiser remembers, keyed {@code espalier/SLOT/PARAMETER}
 * @param tally of the epoch so far
 * @param measurements all so far
 */
public record TrainingState(
    long step, Weights weights, Weights slots, Tally tally, List<Measurement> measurements) {
  public TrainingState {
    measurements = List.copyOf(measurements);
  }

  /**
   * Sums over the steps of an epoch so far.
   *
   * @param loss of all images
   * @param correct how many images were right
   * @param seconds that the steps took
   * @param evaluating seconds that evaluations took
   */
  public record Tally(double loss, long correct, long images, double seconds, double evaluating) {
    static final Tally NONE = new Tally(0, 0, 0, 0, 0);

    Tally evaluated(double more) {
      return new Tally(loss, correct, images, seconds, evaluating + more);
    }
  }

  /** The last measurement. */
  public Measurement last() {
    return measurements.get(measurements.size() - 1);
  }
}
