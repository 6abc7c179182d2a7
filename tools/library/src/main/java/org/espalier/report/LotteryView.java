package org.espalier.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.espalier.pruning.comparison.ArmResult;
import org.espalier.pruning.comparison.PairedDifferences;

/**
 * A lottery as the page asks for it: accuracy against density, one picture a learning rate; the
 * names are those of {@code report.mustache}.
 */
record LotteryView(List<Key> keys, List<Rate> rates) {
  private static final int FIRST_COLOR = 2;
  private static final int COLORS = 6;

  /** A button that shows and hides a line. */
  record Key(String label, int color) {}

  /**
   * One learning rate.
   *
   * @param arms heads of columns
   */
  record Rate(
      String id, String title, double whole, List<Line> lines, List<String> arms, List<Row> rows) {}

  /**
   * An arm, in percent of the test images.
   *
   * @param left percent of the weights
   * @param low of the 95 % interval of the mean, Student's t; empty for a single seed
   */
  record Line(
      String label,
      int color,
      List<Double> left,
      List<Double> mean,
      List<Double> low,
      List<Double> high) {}

  /** A density, and the accuracy of each arm there. */
  record Row(String left, List<String> cells) {}

  /** Null if the arms are not those of a lottery. */
  static LotteryView of(List<ArmResult> arms) {
    boolean lottery =
        !arms.isEmpty()
            && arms.stream()
                .allMatch(
                    a -> a.learningRate() != null && a.round() != null && a.density() != null);
    if (!lottery) {
      return null;
    }
    List<String> names =
        arms.stream().filter(a -> a.round() > 0).map(ArmResult::arm).distinct().toList();
    Map<Double, List<ArmResult>> rates = new TreeMap<>(Comparator.reverseOrder());
    arms.forEach(a -> rates.computeIfAbsent(a.learningRate(), k -> new ArrayList<>()).add(a));
    List<Rate> views = new ArrayList<>();
    rates.forEach((rate, own) -> views.add(rate(rate, own, names)));
    return new LotteryView(
        IntStream.range(0, names.size()).mapToObj(i -> new Key(names.get(i), color(i))).toList(),
        views);
  }

  private static int color(int arm) {
    return FIRST_COLOR + arm % COLORS;
  }

  private static Rate rate(double rate, List<ArmResult> arms, List<String> names) {
    double whole =
        arms.stream()
            .filter(a -> a.round() == 0)
            .mapToDouble(a -> 100 * a.accuracy())
            .average()
            .orElse(Double.NaN);
    List<Line> lines =
        IntStream.range(0, names.size())
            .mapToObj(i -> line(names.get(i), color(i), arms))
            .filter(line -> !line.mean().isEmpty())
            .toList();
    TextTable table = LotteryTable.of(arms);
    return new Rate(
        "lottery-" + rate,
        "Learning rate " + rate,
        whole,
        lines,
        table.header().subList(2, table.header().size()),
        table.cells().stream()
            .map(row -> new Row(row.get(1), row.subList(2, row.size())))
            .toList());
  }

  private static Line line(String name, int color, List<ArmResult> arms) {
    Map<Integer, List<ArmResult>> rounds = new LinkedHashMap<>();
    arms.stream()
        .filter(a -> a.arm().equals(name))
        .forEach(a -> rounds.computeIfAbsent(a.round(), k -> new ArrayList<>()).add(a));
    Line line =
        new Line(
            name,
            color,
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>());
    rounds.values().forEach(round -> add(line, round));
    return line;
  }

  private static void add(Line line, List<ArmResult> round) {
    List<Double> accuracies = round.stream().map(a -> 100 * a.accuracy()).toList();
    double mean = accuracies.stream().mapToDouble(a -> a).average().orElseThrow();
    line.left().add(100 * round.stream().mapToDouble(ArmResult::density).average().orElseThrow());
    line.mean().add(mean);
    if (accuracies.size() > 1) {
      double half = new PairedDifferences(accuracies, 0).halfWidth(1);
      line.low().add(Math.max(0, mean - half));
      line.high().add(Math.min(100, mean + half));
    }
  }

  /** What the picture shows, for those who do not see it. */
  String lead() {
    return String.format(
        Locale.ROOT,
        "Test accuracy after the last epoch against the weights that are left, one picture a learning"
            + " rate. Lines are means over the seeds, bands their 95 %% intervals (Student's t), the"
            + " dotted line is the network that was not pruned.");
  }
}
