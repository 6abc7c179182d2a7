package org.espalier.pruning.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.espalier.framework.evidence.Evidence;
import org.espalier.graphs.Model;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.rewrites.Masks;
import org.espalier.graphs.settings.Named;
import org.espalier.pruning.Amount;
import org.espalier.pruning.Limits;
import org.espalier.pruning.Pruned;

/**
 * Masks the weights with the lowest scores, as many as the amount says: exactly {@code int(left x
 * ratio)} of those that are left. So an amount says the same of a network that is masked already,
 * and its masks are nested in the older ones.
 */
final class MaskLowest {
  private final Amount amount;
  private final Allowed allowed;
  private final List<RankedWeights> ranked;
  private final MaskedCost cost;

  MaskLowest(WeightScoringMethod method, Evidence evidence, Amount amount) {
    String name = method.getClass().getAnnotation(Named.class).value();
    this.amount = amount;
    if (!isGlobal() && !method.refusesLocal().isEmpty()) {
      throw new UsageException(method.refusesLocal());
    }
    Model model = new Model(evidence.network(), evidence.weights());
    allowed = Allowed.of(PrunableKernel.all(model, method.kernels()), amount, evidence.network());
    List<double[]> scores = method.scores(allowed.kernels(), evidence);
    ranked = new ArrayList<>();
    for (int k = 0; k < scores.size(); k++) {
      ranked.add(RankedWeights.of(allowed.kernels().get(k), scores.get(k), name));
    }
    cost = new MaskedCost(allowed.kernels(), evidence);
  }

  private boolean isGlobal() {
    return amount.limits().scope() == Limits.Scope.GLOBAL;
  }

  List<PrunableKernel> kernels() {
    return allowed.kernels();
  }

  Pruned pruned() {
    int[] gone = gone();
    Map<String, ShapedArray> masks = new LinkedHashMap<>();
    for (int k = 0; k < gone.length; k++) {
      PrunableKernel kernel = ranked.get(k).kernel();
      masks.put(kernel.name(), kernel.mask(ranked.get(k).without(gone[k])));
    }
    return Pruned.of(new Masks(masks)).withNotes(notes(gone));
  }

  /** How many weights go from each kernel. */
  int[] gone() {
    int floor = amount.limits().floor();
    if (amount.targetMacs().isPresent()) {
      Amount.checkMacsKnown(cost.open());
      return target("target-macs", "MACs", cost::macs, amount.targetMacs().get());
    }
    if (amount.targetParameters().isPresent()) {
      double target = amount.targetParameters().get();
      return target("target-parameters", "parameters", cost::parameters, target);
    }
    if (isGlobal()) {
      long left = kernels().stream().mapToLong(PrunableKernel::count).sum();
      long asked = (long) (left * amount.ratio().orElseThrow());
      RemovalLadder ladder = RemovalLadder.byScore(ranked, floor);
      return ladder.at((int) Math.min(asked, ladder.lowest()));
    }
    int[] gone = new int[ranked.size()];
    for (int k = 0; k < gone.length; k++) {
      int left = kernels().get(k).count();
      gone[k] = Math.min(asked(k), Math.max(0, left - floor));
    }
    return gone;
  }

  /** What a local ratio takes from a kernel before the floor is looked at. */
  private int asked(int kernel) {
    return (int) (kernels().get(kernel).count() * allowed.shares().get(kernel));
  }

  private int[] target(String option, String unit, ToLongFunction<int[]> count, double target) {
    int floor = amount.limits().floor();
    RemovalLadder ladder =
        isGlobal() ? RemovalLadder.byScore(ranked, floor) : RemovalLadder.uniform(ranked, floor);
    long before = count.applyAsLong(new int[ranked.size()]);
    double limit = target <= 1 ? target * before : target;
    int[] gone = ladder.first(g -> count.applyAsLong(g) <= limit);
    long reached = count.applyAsLong(gone);
    if (reached > limit) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "%s asks for at most %.0f of %d %s; with a floor of %d and the kernels that may be"
                  + " masked, the fewest reachable are %d",
              option,
              limit,
              before,
              unit,
              floor,
              reached));
    }
    return gone;
  }

  /** Sentences on what a user may not expect. */
  List<String> notes(int[] gone) {
    List<String> notes = new ArrayList<>();
    boolean some = Arrays.stream(gone).anyMatch(g -> g > 0);
    if (!some && amount.ratio().map(r -> r > 0).orElse(true)) {
      notes.add(
          amount.ratio().isPresent() || !amount.ratios().isEmpty()
              ? "nothing is masked: so small a share is less than one weight that is left"
              : "nothing is masked: the network meets the target as it is");
    }
    for (int k = 0; k < gone.length; k++) {
      PrunableKernel kernel = kernels().get(k);
      int stay = kernel.count() - gone[k];
      if (kernel.count() == 0) {
        notes.add(String.format(Locale.ROOT, "'%s' had no weight left before", kernel.name()));
      } else if (gone[k] > 0 && stay == amount.limits().floor()) {
        notes.add(
            String.format(
                Locale.ROOT,
                "'%s' keeps %d of %d weights, the fewest that a floor of %d leaves",
                kernel.name(),
                stay,
                kernel.size(),
                amount.limits().floor()));
      }
    }
    return notes;
  }
}
