package org.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.espalier.framework.training.Measurement;
import org.espalier.pruning.comparison.ArmResult;
import org.junit.jupiter.api.Test;

class LineChartTest {
  private static Curve curve(String arm, long seed, double... accuracies) {
    List<Measurement> points = new ArrayList<>();
    for (double accuracy : accuracies) {
      points.add(Samples.point(points.size() + 1, 1, 0.5, 1, accuracy));
    }
    return new Curve(arm, seed, points);
  }

  private static ArmResult row(String arm, long seed, double accuracy, int epochs) {
    return Samples.row(arm, seed, accuracy, epochs, 10, 20);
  }

  /** What was cut and not trained has no curve, but a place. */
  @Test
  void anArmWithoutTrainingIsAPointAtTheStart() {
    List<Curve> curves = List.of(curve("unpruned", 1, 0.5, 0.75), curve("fine-tuned", 1, 0.625));
    List<ArmResult> runs =
        List.of(
            row("unpruned", 1, 0.75, 2),
            row("pruned", 1, 0.25, 0),
            row("pruned", 2, 0.5, 0),
            row("fine-tuned", 1, 0.625, 1));
    Palette palette = Palette.of(Set.of("unpruned", "pruned", "fine-tuned"));
    List<LineChart> charts = LineChart.of(curves, runs, palette);
    LineChart accuracy = charts.get(0);
    assertThat(accuracy.series())
        .extracting(Series::key)
        .containsExactly("unpruned", "fine-tuned", "pruned");
    Series pruned = accuracy.series().get(2);
    assertThat(pruned.epochs()).containsExactly(0.0);
    assertThat(pruned.mean()).containsExactly(37.5);
    assertThat(pruned.low()).containsExactly(25.0);
    assertThat(pruned.high()).containsExactly(50.0);
    assertThat(pruned.color()).isEqualTo(palette.of("pruned"));
    assertThat(accuracy.rows().get(2).values()).containsOnly("37.50 %");
    assertThat(charts.get(1).series())
        .as("no loss")
        .extracting(Series::key)
        .doesNotContain("pruned");
  }

  /** One training alone is seen on both of its sets; nothing untrained stands beside it. */
  @Test
  void oneCurveHasItsOwnTwoLines() {
    Palette palette = Palette.of(Set.of("run"));
    List<LineChart> charts =
        LineChart.of(List.of(curve("run", 1, 0.5)), List.of(row("pruned", 1, 0.5, 0)), palette);
    assertThat(charts.get(0).series()).extracting(Series::key).containsExactly("test", "train");
    assertThat(LineChart.of(List.of(), List.of(row("pruned", 1, 0.5, 0)), palette)).isEmpty();
  }
}
