package org.espalier.pruning.comparison;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * An arm over its seeds. Sizes and costs are means over the seeds: methods that choose widths by
 * themselves choose differently for each.
 *
 * @param mean of the accuracies
 * @param std sample standard deviation (n - 1) of the accuracies; 0 for one seed, which says
 *     nothing
 * @param n seeds
 * @param accuracies one a seed, in the order of the results
 * @param atLeast whether macs and trainingMacs are the least that they can be
 * @param trainingSeconds null where not known of every seed
 * @param effectiveParameters of masked networks, those that are not masked; null for others
 * @param effectiveMacs of masked networks, those by weights that are not masked; null for others
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
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
    Double trainingSeconds,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean atLeast,
    Double effectiveParameters,
    Double effectiveMacs) {
  public ArmSummary {
    accuracies = List.copyOf(accuracies);
  }

  /** Sums up results by arm, in the order in which arms first appear. */
  public static List<ArmSummary> of(List<ArmResult> results) {
    Map<String, List<ArmResult>> byArm = new LinkedHashMap<>();
    results.forEach(r -> byArm.computeIfAbsent(r.label(), k -> new ArrayList<>()).add(r));
    return byArm.values().stream().map(ArmSummary::ofArm).toList();
  }

  private static ArmSummary ofArm(List<ArmResult> results) {
    int n = results.size();
    double mean = mean(results, ArmResult::accuracy);
    double squares = results.stream().mapToDouble(r -> Math.pow(r.accuracy() - mean, 2)).sum();
    boolean timed = results.stream().map(ArmResult::trainingSeconds).allMatch(Objects::nonNull);
    boolean masked = results.stream().anyMatch(r -> r.effective() != null);
    return new ArmSummary(
        results.get(0).label(),
        mean,
        n < 2 ? 0 : Math.sqrt(squares / (n - 1)),
        n,
        results.stream().map(ArmResult::accuracy).toList(),
        mean(results, ArmResult::epochs),
        mean(results, ArmResult::parameters),
        mean(results, ArmResult::macs),
        mean(results, ArmResult::trainingMacs),
        timed ? mean(results, ArmResult::trainingSeconds) : null,
        results.stream().anyMatch(ArmResult::atLeast),
        masked ? mean(results, r -> r.spent().parameters()) : null,
        masked ? mean(results, r -> r.spent().macs()) : null);
  }

  /** Whether some of its weights are masked. */
  public boolean isMasked() {
    return effectiveMacs != null;
  }

  /** The parameters that are not masked. */
  public double spentParameters() {
    return effectiveParameters != null ? effectiveParameters : parameters;
  }

  /** The multiply-accumulates by weights that are not masked. */
  public double spentMacs() {
    return effectiveMacs != null ? effectiveMacs : macs;
  }

  private static double mean(List<ArmResult> results, ToDoubleFunction<ArmResult> value) {
    return results.stream().mapToDouble(value).average().orElseThrow();
  }
}
