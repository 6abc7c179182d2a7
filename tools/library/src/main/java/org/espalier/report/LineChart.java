package org.espalier.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.espalier.framework.training.Measurement;
import org.espalier.pruning.comparison.ArmResult;

/** Learning curves: accuracy in percent, or loss, by epoch. */
record LineChart(String id, String title, boolean percent, List<Series> series) {

  /**
   * The charts of these curves. A comparison sets the arms beside each other; a single run sets the
   * test set beside the training set.
   *
   * @param runs those that were not trained are points at the start, beside the curves of others
   */
  static List<LineChart> of(List<Curve> curves, List<ArmResult> runs, Palette palette) {
    Map<String, List<Curve>> byArm = new LinkedHashMap<>();
    curves.forEach(c -> byArm.computeIfAbsent(c.arm(), arm -> new ArrayList<>()).add(c));
    List<LineChart> charts = byArm.size() == 1 ? ofOne(curves) : ofArms(byArm, runs, palette);
    return charts.stream().filter(chart -> !chart.series().isEmpty()).toList();
  }

  private static List<LineChart> ofArms(
      Map<String, List<Curve>> byArm, List<ArmResult> runs, Palette palette) {
    List<Series> accuracy = new ArrayList<>();
    List<Series> loss = new ArrayList<>();
    byArm.forEach(
        (arm, curves) -> {
          String label = ArmNames.label(arm);
          int color = palette.of(arm);
          accuracy.add(Series.of(arm, label, color, curves, p -> 100 * p.testAccuracy()));
          loss.add(Series.of(arm, label, color, curves, Measurement::trainLoss));
        });
    Map<String, List<Double>> untrained = new LinkedHashMap<>();
    runs.stream()
        .filter(run -> !byArm.isEmpty() && !byArm.containsKey(run.label()) && run.epochs() == 0)
        .forEach(
            run ->
                untrained
                    .computeIfAbsent(run.label(), arm -> new ArrayList<>())
                    .add(100 * run.accuracy()));
    untrained.forEach(
        (arm, percents) ->
            accuracy.add(Series.atStart(arm, ArmNames.label(arm), palette.of(arm), percents)));
    return List.of(
        chart("accuracy", "Test accuracy", true, accuracy),
        chart("loss", "Training loss", false, loss));
  }

  private static List<LineChart> ofOne(List<Curve> curves) {
    return List.of(
        chart(
            "accuracy",
            "Accuracy",
            true,
            List.of(
                Series.of("test", "Test set", 2, curves, p -> 100 * p.testAccuracy()),
                Series.of("train", "Training set", 3, curves, p -> 100 * p.trainAccuracy()))),
        chart(
            "loss",
            "Loss",
            false,
            List.of(
                Series.of("test", "Test set", 2, curves, Measurement::testLoss),
                Series.of("train", "Training set", 3, curves, Measurement::trainLoss))));
  }

  private static LineChart chart(String id, String title, boolean percent, List<Series> series) {
    return new LineChart(id, title, percent, series.stream().filter(s -> !s.isEmpty()).toList());
  }

  /** The rows of the table that stands for the chart. */
  List<Row> rows() {
    return series.stream().map(this::row).toList();
  }

  private Row row(Series line) {
    List<String> values =
        Stream.of(0.25, 0.5, 0.75, 1.0)
            .map(line::at)
            .map(v -> percent ? Numbers.fixed(v, 2) + " %" : Numbers.fixed(v, 4))
            .toList();
    double last = line.epochs().get(line.epochs().size() - 1);
    return new Row(line.label(), Numbers.mean(last), values);
  }

  /** A line in numbers, at each quarter of its training. */
  record Row(String label, String epochs, List<String> values) {}
}
