package org.espalier.pruning.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.espalier.framework.experiments.Fresh;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.experiments.Predefined;
import org.espalier.framework.experiments.Result;
import org.espalier.framework.experiments.Source;
import org.espalier.framework.experiments.Task;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.training.Recipe;
import org.espalier.graphs.RandomStream;
import org.espalier.pruning.Amount;
import org.espalier.pruning.L1Norm;
import org.espalier.pruning.Prune;
import org.espalier.pruning.PruningMethod;

/** Draws the plan of a comparison. */
final class ComparisonPlan {
  private final Comparison c;

  ComparisonPlan(Comparison comparison) {
    c = comparison;
  }

  Plan drawn(String name) {
    Plan plan = Plan.named(name);
    for (long seed : c.seeds()) {
      Train dense = dense(seed, c.recipe());
      Train cut = dense(seed, c.sparsity().of(c.recipe()));
      plan = with(plan, "", ComparedArm.UNPRUNED, seed, dense);
      plan = with(plan, "", ComparedArm.SPARSITY_TRAINED, seed, cut);
      for (Variant v : variants(seed)) {
        Prune pruned = c.betweenEpochs() == 0 ? atOnce(cut, v.method(), v) : oneByOne(cut, v, seed);
        Result small = Result.of(pruned);
        Recipe tuning = c.fineTuning().of(c.recipe());
        Train tuned = Train.of(small, c.images(), tuning, draw(seed, Comparison.FINE_TUNED));
        plan = with(plan, v.prefix(), ComparedArm.PRUNED, seed, pruned);
        plan = with(plan, v.prefix(), ComparedArm.FINE_TUNED, seed, tuned);
        if (c.prunedArchitecture().isEmpty()) {
          plan = scratch(plan, v.prefix(), widths(cut, small, v), seed);
        }
      }
      if (c.prunedArchitecture().isPresent()) {
        String large = c.network().architecture();
        plan = scratch(plan, "", Predefined.of(c.small(c.prunedArchitecture().get()), large), seed);
      }
    }
    return plan;
  }

  /** Draws alike for one seed, with a penalty or without: it alone tells the two apart. */
  private Train dense(long seed, Recipe by) {
    return Train.of(new Fresh(c.network(), seed), c.images(), by, draw(seed, Comparison.UNPRUNED));
  }

  private Prune atOnce(Train cut, PruningMethod method, Variant v) {
    return Prune.of(cut, method, v.amount(), c.images()).selecting(c.select());
  }

  /**
   * What the last of many cuts leaves: the network before it is trained a little, but not after.
   */
  private Prune oneByOne(Train cut, Variant v, long seed) {
    Recipe little = c.fineTuning().of(c.recipe()).withEpochs(c.betweenEpochs());
    Prune last = null;
    for (Map.Entry<String, Double> group : v.amount().namedShares().entrySet()) {
      if (v.amount().limits().exclude().contains(group.getKey())) {
        continue;
      }
      Train before =
          last == null
              ? cut
              : Train.of(
                  Result.of(last), c.images(), little, draw(seed, "before " + group.getKey()));
      Amount one = Amount.ratios(Map.of(group.getKey(), group.getValue()));
      last =
          Prune.of(before, v.method(), one.with(limits -> v.amount().limits()), c.images())
              .selecting(c.select());
    }
    return last == null ? atOnce(cut, v.method(), v) : last; // which says that nothing is left
  }

  /**
   * What scratch arms take their widths from. The last of many cuts knows the computation of the
   * network before it alone, so the same widths are cut at once, by the cheapest method: which
   * channels stay does not matter to fresh weights.
   */
  private Result widths(Train cut, Result small, Variant v) {
    return c.betweenEpochs() == 0 ? small : Result.of(atOnce(cut, new L1Norm(), v));
  }

  private Plan scratch(Plan plan, String prefix, Source small, long seed) {
    Train e = fromScratch(small, seed, Comparison.SCRATCH_E);
    Train b = fromScratch(small, seed, Comparison.SCRATCH_B).sameCompute(c.cap());
    Train total =
        fromScratch(small, seed, Comparison.SCRATCH_B_TOTAL)
            .sameCompute(c.cap())
            .andEpochs(c.fineTuning().fineTuneEpochs());
    Plan more = with(plan, prefix, ComparedArm.SCRATCH_E, seed, e);
    more = with(more, prefix, ComparedArm.SCRATCH_B, seed, b);
    return with(more, prefix, ComparedArm.SCRATCH_B_TOTAL, seed, total);
  }

  private Train fromScratch(Source small, long seed, String arm) {
    return Train.of(small, c.images(), c.recipe(), draw(seed, arm))
        .fresh(draw(seed, arm + " init"))
        .spread(c.freshScale());
  }

  /** With an arm more, if it is wanted. */
  private Plan with(Plan plan, String prefix, ComparedArm arm, long seed, Task task) {
    return c.has(arm) ? plan.arm(prefix + arm.label(), seed, task) : plan;
  }

  /** Arms share a seed by name only: the draws of one must not follow another's. */
  private static long draw(long seed, String purpose) {
    return RandomStream.of(seed, "comparison", purpose).nextLong();
  }

  /**
   * One way to prune.
   *
   * @param prefix of its arms; empty where there is no other way
   */
  private record Variant(PruningMethod method, Amount amount, String prefix) {}

  /** Every method with every amount. A method that draws at random draws anew for each seed. */
  private List<Variant> variants(long seed) {
    List<Variant> variants = new ArrayList<>();
    for (PruningMethod m : c.method()) {
      for (Amount amount : c.amounts().all()) {
        String byMethod = c.method().size() > 1 ? Settings.text((Record) m) + "/" : "";
        String byAmount =
            c.amounts().all().size() > 1 ? amount.title().replace(' ', '-') + "/" : "";
        variants.add(new Variant(m.drawingBy(seed), amount, byMethod + byAmount));
      }
    }
    return variants;
  }
}
