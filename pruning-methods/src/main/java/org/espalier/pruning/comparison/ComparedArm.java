package org.espalier.pruning.comparison;

import java.util.Locale;

/** The arms that a comparison can have. */
public enum ComparedArm {
  /** The large network, trained by the recipe. */
  UNPRUNED,
  /**
   * The large network, trained to be cut: with the penalties or interventions of {@link Sparsity}.
   */
  SPARSITY_TRAINED,
  /** Straight after the cut. */
  PRUNED,
  /** The pruned network, trained on. */
  FINE_TUNED,
  /** The small network from scratch, for as many epochs as the large one. */
  SCRATCH_E,
  /** From scratch, for as much computation as the large one's training. */
  SCRATCH_B,
  /**
   * From scratch, for as much computation as the large one's training and fine-tuning together: the
   * epochs of Scratch-B and, because fine-tuning trains the small network too, as many more as it
   * is fine-tuned for.
   */
  SCRATCH_B_TOTAL;

  /** The name in results. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
