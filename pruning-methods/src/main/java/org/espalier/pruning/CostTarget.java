package org.espalier.pruning;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.espalier.graphs.UsageException;

/**
 * Finds the widths that bring a network down to a cost: the lowest level of a plan that does not
 * miss the target, found by bisection. The last step is taken back for as many of its parts as the
 * target allows.
 */
final class CostTarget {
  /** Halvings of [0, 1): far more than tell any two widths apart. */
  private static final int HALVINGS = 40;

  private final String option;
  private final String unit;
  private final WidthPlan plan;
  private final WidthRule rule;
  private final ToLongFunction<int[]> count;
  private final Map<List<Integer>, Long> counted = new HashMap<>();

  /**
   * @param option the setting that asks for it, for error messages
   * @param unit what is counted
   * @param count the cost of the network with the groups cut to these widths
   */
  CostTarget(
      String option, String unit, WidthPlan plan, WidthRule rule, ToLongFunction<int[]> count) {
    this.option = option;
    this.unit = unit;
    this.plan = plan;
    this.rule = rule;
    this.count = count;
  }

  /**
   * The widths of all groups.
   *
   * @param target a fraction of {@code before} if at most 1, else a number
   * @param before the cost of the uncut network
   * @throws UsageException if even the smallest network is above the target
   */
  Widths widths(double target, long before) {
    double limit = target <= 1 ? target * before : target;
    double low = 0;
    double high = Math.nextDown(1.0);
    if (cost(plan.at(low)) <= limit) {
      return plan.at(low);
    }
    long smallest = cost(plan.at(high));
    if (smallest > limit) {
      throw unreachable(limit, before, smallest);
    }
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (cost(plan.at(middle)) <= limit) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return lastStep(low, high, limit);
  }

  private Widths lastStep(double low, double high, double limit) {
    int tooFew = 0;
    int enough = plan.parts();
    while (enough - tooFew > 1) {
      int middle = (tooFew + enough) / 2;
      if (cost(plan.between(low, high, middle)) <= limit) {
        enough = middle;
      } else {
        tooFew = middle;
      }
    }
    return plan.between(low, high, enough);
  }

  private long cost(Widths widths) {
    return counted.computeIfAbsent(
        Arrays.stream(widths.kept()).boxed().toList(), k -> count.applyAsLong(widths.kept()));
  }

  private UsageException unreachable(double limit, long before, long smallest) {
    return new UsageException(
        String.format(
            Locale.ROOT,
            "%s asks for at most %.0f of %d %s (%.2f %%); with a floor of %d, widths rounded to %d"
                + " and the groups that may be cut, the fewest reachable are %d (%.2f %%)",
            option,
            limit,
            before,
            unit,
            100 * limit / before,
            rule.floor(),
            rule.roundTo(),
            smallest,
            100.0 * smallest / before));
  }
}
