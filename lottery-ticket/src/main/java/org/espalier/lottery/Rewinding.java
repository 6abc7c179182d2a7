package org.espalier.lottery;

/** What goes back to the rewind point. */
public enum Rewinding {
  /** Weights and learning rate: Frankle et al. 2020, "Linear Mode Connectivity and the LTH". */
  WEIGHTS,
  /**
   * The learning rate alone; the weights stay trained. Renda et al. 2020, "Comparing Rewinding and
   * Fine-tuning in Neural Network Pruning".
   */
  RATE
}
