package org.espalier.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * One arm of a comparison over all its seeds. Sizes and costs are means over the seeds: methods
 * that choose widths by themselves choose differently for each.
 *
 * @param mean of the accuracy, a fraction
 * @param std of the accuracy: the sample standard deviation (n - 1); 0 for a single seed
 * @param n how many seeds
 * @param accuracies one a seed, in the order of the rows; empty where only the mean is known
 */
public record ArmSummary(
    String arm,
    double mean,
    double std,
    int n,
    List<Double> accuracies,
    double epochs,
    double parameters,
    double macs,
    double trainingMacs,
    OptionalDouble trainingSeconds) {

  /** The arm that others are compared with, in every comparison. */
  static final String BASELINE = "unpruned";

  public ArmSummary {
    accuracies = List.copyOf(accuracies);
  }

  boolean isBaseline() {
    return arm.equals(BASELINE);
  }

  boolean isTrained() {
    return epochs > 0;
  }

  /** One summary an arm, in the order in which the arms first appear. */
  public static List<ArmSummary> of(List<ArmRow> rows) {
    Map<String, List<ArmRow>> byArm = new LinkedHashMap<>();
    rows.forEach(row -> byArm.computeIfAbsent(row.arm(), arm -> new ArrayList<>()).add(row));
    return byArm.values().stream().map(ArmSummary::ofArm).toList();
  }

  /** The same arm with the statistics that a results file states. */
  ArmSummary withStatistics(double statedMean, double statedStd, int statedN) {
    return new ArmSummary(
        arm,
        statedMean,
        statedStd,
        statedN,
        accuracies,
        epochs,
        parameters,
        macs,
        trainingMacs,
        trainingSeconds);
  }

  private static ArmSummary ofArm(List<ArmRow> rows) {
    double mean = mean(rows, ArmRow::accuracy);
    double squares = rows.stream().mapToDouble(r -> Math.pow(r.accuracy() - mean, 2)).sum();
    boolean timed = rows.stream().allMatch(row -> row.trainingSeconds().isPresent());
    return new ArmSummary(
        rows.get(0).arm(),
        mean,
        rows.size() > 1 ? Math.sqrt(squares / (rows.size() - 1)) : 0,
        rows.size(),
        rows.stream().map(ArmRow::accuracy).toList(),
        mean(rows, ArmRow::epochs),
        mean(rows, ArmRow::parameters),
        mean(rows, ArmRow::macs),
        mean(rows, ArmRow::trainingMacs),
        timed
            ? OptionalDouble.of(mean(rows, row -> row.trainingSeconds().getAsDouble()))
            : OptionalDouble.empty());
  }

  private static double mean(List<ArmRow> rows, ToDoubleFunction<ArmRow> value) {
    return rows.stream().mapToDouble(value).average().orElseThrow();
  }
}
