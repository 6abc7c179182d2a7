package org.espalier;

import java.util.List;
import org.espalier.framework.training.Measurement;
import org.espalier.graphs.Model;

/**
 * What a training gave.
 *
 * @param model with the weights after the last step
 * @param measurements one after each epoch
 */
public record Trained(Model model, List<Measurement> measurements) {
  public Trained {
    measurements = List.copyOf(measurements);
  }

  /** On the test images after the last epoch, a fraction. */
  public double accuracy() {
    return measurements.get(measurements.size() - 1).testAccuracy();
  }
}
