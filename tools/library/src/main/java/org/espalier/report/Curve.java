package org.espalier.report;

import java.util.List;
import org.espalier.framework.training.Measurement;

/** How one run learned: a point an epoch, ascending. */
public record Curve(String arm, long seed, List<Measurement> points) {
  public Curve {
    points = List.copyOf(points);
  }

  /** What all epochs took; null if that is not known of each. */
  static Double seconds(List<Measurement> measured) {
    double seconds =
        measured.stream().filter(Measurement::isWholeEpoch).mapToDouble(Measurement::seconds).sum();
    return Double.isNaN(seconds) ? null : seconds;
  }
}
