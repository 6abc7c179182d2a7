package org.espalier.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.espalier.framework.training.Measurement;

/**
 * One line of a chart: the mean over the seeds at each epoch and, for several seeds, the lowest and
 * the highest of them.
 *
 * @param key what the legend shows and hides together in all charts
 * @param low null for a single seed
 * @param high null for a single seed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Series(
    String key,
    String label,
    int color,
    List<Double> epochs,
    List<Double> mean,
    List<Double> low,
    List<Double> high) {

  static Series of(
      String key,
      String label,
      int color,
      List<Curve> curves,
      ToDoubleFunction<Measurement> value) {
    SortedMap<Double, List<Double>> byEpoch = new TreeMap<>();
    for (Curve curve : curves) {
      for (Measurement point : curve.points()) {
        double v = value.applyAsDouble(point);
        if (Double.isFinite(v)) {
          byEpoch.computeIfAbsent(point.epoch(), epoch -> new ArrayList<>()).add(v);
        }
      }
    }
    return of(key, label, color, byEpoch, curves.size() > 1);
  }

  /** A point before the first epoch: of what was not trained. */
  static Series atStart(String key, String label, int color, List<Double> values) {
    SortedMap<Double, List<Double>> byEpoch = new TreeMap<>(Map.of(0.0, values));
    return of(key, label, color, byEpoch, values.size() > 1);
  }

  private static Series of(
      String key,
      String label,
      int color,
      SortedMap<Double, List<Double>> byEpoch,
      boolean several) {
    List<Double> mean = new ArrayList<>();
    List<Double> low = new ArrayList<>();
    List<Double> high = new ArrayList<>();
    for (List<Double> values : byEpoch.values()) {
      var statistics = values.stream().mapToDouble(Double::doubleValue).summaryStatistics();
      mean.add(rounded(statistics.getAverage()));
      low.add(rounded(statistics.getMin()));
      high.add(rounded(statistics.getMax()));
    }
    List<Double> epochs = List.copyOf(byEpoch.keySet());
    return new Series(key, label, color, epochs, mean, several ? low : null, several ? high : null);
  }

  boolean isEmpty() {
    return epochs.isEmpty();
  }

  /** The mean where this part of the training was done, for example 0.25. */
  double at(double part) {
    int last = epochs.size() - 1;
    return mean.get((int) Math.max(0, Math.min(last, Math.ceil(part * epochs.size()) - 1)));
  }

  /** More digits than a screen has pixels would only make the file larger. */
  private static double rounded(double value) {
    return Math.round(value * 1e5) / 1e5;
  }
}
