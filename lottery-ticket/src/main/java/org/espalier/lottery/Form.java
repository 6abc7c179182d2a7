package org.espalier.lottery;

/** What a ticket of removed channels is trained as. */
public enum Form {
  /** The small network, with the weights of what stays, gathered. */
  CUT,
  /**
   * The whole network. Masks silence all that makes, scales and reads the removed channels, batch
   * norm's scales and offsets too. It computes and learns what the small network does, and costs as
   * much as the whole one: the form of Liu et al. 2019, section 6, whose masks left batch norm
   * alive.
   */
  MASKS
}
