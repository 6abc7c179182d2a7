package org.espalier.pruning.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.framework.data.sources.DataSpec;
import org.espalier.framework.experiments.Fresh;
import org.espalier.framework.experiments.Plan;
import org.espalier.framework.experiments.Result;
import org.espalier.framework.experiments.Train;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.training.Budget;
import org.espalier.framework.training.FineTuning;
import org.espalier.framework.training.Recipe;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.architectures.ArchitectureSpec;
import org.espalier.graphs.settings.Setting;
import org.espalier.pruning.Amount;
import org.espalier.pruning.Amounts;
import org.espalier.pruning.L1Norm;
import org.espalier.pruning.Prune;
import org.espalier.pruning.PruningMethod;

/**
 * The question of Liu et al. 2019, section 3: a network is trained, pruned, and the small network
 * is trained on, or from scratch. For every seed, method and amount.
 *
 * @param recipe of the unpruned network, and so of Scratch-E
 * @param cap if given, Scratch-B gets at most this many times the epochs
 */
public record Comparison(
    @Setting(value = "", inline = true) ArchitectureSpec network,
    @Setting(value = "", inline = true) DataSpec images,
    @Setting(value = "", inline = true) Recipe recipe,
    @Setting(value = "", inline = true) FineTuning fineTuning,
    @Setting("Pruning method, one or several: {pruning methods}; default: l1-norm.")
        List<PruningMethod> method,
    @Setting(value = "", inline = true) Amounts amounts,
    @Setting(
            "Scratch-B gets at most this many times the epochs of Scratch-E (2 on ImageNet in the paper);"
                + " default: no limit.")
        Optional<Double> cap,
    @Setting(value = "Seeds; every arm is run once for each.", defaultValue = "1,2,3,4,5")
        List<Long> seeds) {
  public static final String UNPRUNED = "unpruned";
  public static final String PRUNED = "pruned";
  public static final String FINE_TUNED = "fine-tuned";
  public static final String SCRATCH_E = "scratch-e";
  public static final String SCRATCH_B = "scratch-b";

  public Comparison {
    Budget.checkCap(cap);
    Plan.checkSeeds(seeds);
    method = method.isEmpty() ? List.of(new L1Norm()) : List.copyOf(method);
    if (method.stream().distinct().count() < method.size()) {
      throw new UsageException("method must be one or more, all different; found one twice");
    }
  }

  /** All that is to be done. */
  public Plan plan(String name) {
    Plan plan = Plan.named(name);
    for (long seed : seeds) {
      Train dense = Train.of(new Fresh(network, seed), images, recipe, draw(seed, UNPRUNED));
      plan = plan.arm(UNPRUNED, seed, dense);
      for (Variant v : variants(seed)) {
        Prune pruned = Prune.of(dense, v.method(), v.amount(), images);
        Result small = Result.of(pruned);
        Train tuned = Train.of(small, images, fineTuning.of(recipe), draw(seed, FINE_TUNED));
        Train e = Train.of(small, images, recipe, draw(seed, SCRATCH_E));
        Train b = Train.of(small, images, recipe, draw(seed, SCRATCH_B)).sameCompute(cap);
        plan =
            plan.arm(v.of(PRUNED), seed, pruned)
                .arm(v.of(FINE_TUNED), seed, tuned)
                .arm(v.of(SCRATCH_E), seed, e.fresh(draw(seed, SCRATCH_E + " init")))
                .arm(v.of(SCRATCH_B), seed, b.fresh(draw(seed, SCRATCH_B + " init")));
      }
    }
    return plan;
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
  private record Variant(PruningMethod method, Amount amount, String prefix) {
    String of(String arm) {
      return prefix + arm;
    }
  }

  /** Every method with every amount. A method that draws at random draws anew for each seed. */
  private List<Variant> variants(long seed) {
    List<Variant> variants = new ArrayList<>();
    for (PruningMethod m : method) {
      for (Amount amount : amounts.all()) {
        String byMethod = method.size() > 1 ? Settings.text((Record) m) + "/" : "";
        String byAmount = amounts.all().size() > 1 ? amount.title().replace(' ', '-') + "/" : "";
        variants.add(new Variant(drawing(m, seed), amount, byMethod + byAmount));
      }
    }
    return variants;
  }

  private static PruningMethod drawing(PruningMethod method, long seed) {
    return Settings.all((Record) method).containsKey("seed")
        ? (PruningMethod) Settings.with((Record) method, "seed", seed)
        : method;
  }
}
