package org.espalier.report;

import java.util.List;
import java.util.Locale;
import org.espalier.pruning.comparison.ArmSummary;

/**
 * Every seed of every arm as a dot, all arms on one scale, drawn as a small picture a table row.
 * The scale spans the arms that were trained: one that has just been cut is often far below them
 * and would press all others together, so it is shown as an arrow at the edge.
 */
record DotPlot(double low, double high, double baseline) {
  private static final double WIDTH = 160;
  private static final double MIDDLE = 11;

  static DotPlot of(List<ArmSummary> arms) {
    List<Double> shown = values(arms.stream().filter(ArmView::isTrained).toList());
    if (shown.isEmpty()) {
      shown = values(arms);
    }
    double low = shown.stream().mapToDouble(Double::doubleValue).min().orElse(0);
    double high = shown.stream().mapToDouble(Double::doubleValue).max().orElse(1);
    double pad = Math.max(0.001, 0.1 * (high - low));
    double baseline =
        arms.stream()
            .filter(ArmView::isBaseline)
            .mapToDouble(ArmSummary::mean)
            .findFirst()
            .orElse(Double.NaN);
    return new DotPlot(Math.max(0, low - pad), Math.min(1, high + pad), baseline);
  }

  /** The two ends of the scale, for the head of the column. */
  String scale() {
    return Numbers.fixed(low * 100, 1) + " to " + Numbers.fixed(high * 100, 1) + "\u00a0%";
  }

  /** The picture of one arm; its numbers stand beside it, so that screen readers skip it. */
  String svg(ArmSummary arm, int color) {
    StringBuilder svg = new StringBuilder();
    svg.append("<svg class=\"c").append(color);
    svg.append("\" viewBox=\"0 0 160 22\" aria-hidden=\"true\" focusable=\"false\">");
    svg.append("<path class=\"axis\" d=\"M0 11H160\"/>");
    if (isOnScale(baseline)) {
      svg.append(vertical("base", baseline, 0, 22));
    }
    if (arm.mean() < low) {
      svg.append("<path class=\"off\" d=\"M0 11L9 6V16Z\"/>");
    } else {
      for (double accuracy : accuracies(arm)) {
        svg.append(
            String.format(
                Locale.ROOT,
                "<circle class=\"seed\" cx=\"%.1f\" cy=\"%.0f\" r=\"4.5\"/>",
                x(accuracy),
                MIDDLE));
      }
      svg.append(vertical("mean", arm.mean(), 4, 18));
    }
    return svg.append("</svg>").toString();
  }

  private boolean isOnScale(double accuracy) {
    return accuracy >= low && accuracy <= high;
  }

  private String vertical(String name, double accuracy, int from, int to) {
    return String.format(
        Locale.ROOT, "<path class=\"%s\" d=\"M%.1f %dV%d\"/>", name, x(accuracy), from, to);
  }

  private double x(double accuracy) {
    return WIDTH * Math.min(1, Math.max(0, (accuracy - low) / (high - low)));
  }

  private static List<Double> values(List<ArmSummary> arms) {
    return arms.stream().flatMap(arm -> accuracies(arm).stream()).toList();
  }

  private static List<Double> accuracies(ArmSummary arm) {
    return arm.accuracies().isEmpty() ? List.of(arm.mean()) : arm.accuracies();
  }
}
