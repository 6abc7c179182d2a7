package org.espalier.pruning.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.espalier.framework.settings.Settings;
import org.espalier.framework.training.Intervention;
import org.espalier.framework.training.Penalty;
import org.espalier.framework.training.Recipe;
import org.espalier.graphs.settings.Setting;

/**
 * What the network that will be cut is trained with, beyond the recipe: Network Slimming's penalty,
 * Soft Filter Pruning's zeros. No other training has it, neither the unpruned network's nor
 * fine-tuning nor one from scratch.
 */
public record Sparsity(
    @Setting(
            "Penalties of the training before the cut, and of no other, such as"
                + " l1:bn-scale:0.0001; default: none.")
        List<Penalty> sparsityPenalties,
    @Setting("What changes the training before the cut, and no other; default: nothing.")
        List<Intervention> sparsityInterventions) {
  /** The network that is cut is trained as all others. */
  public static final Sparsity NONE = new Sparsity(List.of(), List.of());

  public Sparsity {
    sparsityPenalties = List.copyOf(sparsityPenalties);
    sparsityInterventions = List.copyOf(sparsityInterventions);
  }

  boolean isNone() {
    return equals(NONE);
  }

  /** The recipe of the training before the cut. */
  Recipe of(Recipe recipe) {
    List<Penalty> penalties = new ArrayList<>(recipe.penalties());
    penalties.addAll(sparsityPenalties);
    List<Intervention> interventions = new ArrayList<>(recipe.interventions());
    interventions.addAll(sparsityInterventions);
    return Settings.with(recipe, Map.of("penalties", penalties, "interventions", interventions));
  }
}
