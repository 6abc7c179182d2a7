package org.espalier.report;

import java.util.List;

/** How one run learned: a point an epoch, ascending. */
public record Curve(String arm, long seed, List<Point> points) {
  public Curve {
    points = List.copyOf(points);
  }

  /** Means over one epoch. Accuracies are fractions; NaN stands for what was not measured. */
  public record Point(
      double epoch, double trainLoss, double trainAccuracy, double testLoss, double testAccuracy) {}
}
