package org.espalier.lottery;

import java.util.Locale;

/** What a winning ticket is held against: other starts of the same masks or widths. */
public enum Control {
  /** Fresh weights, those of masked kernels spread by the weights that are left. */
  RANDOM_REINIT("fresh weights"),
  /** Fresh weights, spread as if nothing were masked. Of a cut it is the same as the other. */
  RANDOM_REINIT_DENSE("fresh weights, spread as in the dense network"),
  /** See {@link Initialisation#SHUFFLED}. */
  SHUFFLED("the ticket's weights, shuffled masks"),
  /** See {@link Initialisation#SIGNS}. */
  SIGNS("signs of the ticket's weights");

  private final String start;

  Control(String start) {
    this.start = start;
  }

  /** What the arm starts with, in a few words. */
  public String start() {
    return start;
  }

  /** The name of the arm. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
