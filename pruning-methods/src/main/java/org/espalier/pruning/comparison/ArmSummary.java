package org.espalier.pruning.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An arm over its seeds.
 *
 * @param mean of the accuracies
 * @param std sample standard deviation (n - 1); 0 for one seed, which says nothing
 * @param n seeds
 */
public record ArmSummary(String arm, double mean, double std, int n) {

  /** Sums up results by arm, in the order in which arms first appear. */
  static List<ArmSummary> of(List<ArmResult> results) {
    Map<String, List<Double>> byArm = new LinkedHashMap<>();
    results.forEach(r -> byArm.computeIfAbsent(r.arm(), k -> new ArrayList<>()).add(r.accuracy()));
    List<ArmSummary> summaries = new ArrayList<>();
    byArm.forEach(
        (arm, values) -> {
          int n = values.size();
          double mean = values.stream().mapToDouble(v -> v).average().orElseThrow();
          double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
          summaries.add(new ArmSummary(arm, mean, n < 2 ? 0 : Math.sqrt(squares / (n - 1)), n));
        });
    return summaries;
  }
}
