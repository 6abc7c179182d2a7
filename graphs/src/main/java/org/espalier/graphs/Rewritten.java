package org.espalier.graphs;

import java.util.function.UnaryOperator;

/**
 * What a rewrite returns.
 *
 * @param network the new network
 * @param carry takes weights of the old network to the new one. Rewrites that only move channels
 *     carry any weights: trained, initial, or the optimiser's; those that compute say so.
 */
public record Rewritten(Network network, UnaryOperator<Weights> carry) {

  /** The new network with weights of the old one. */
  public Model carried(Weights weights) {
    return new Model(network, carry.apply(weights));
  }

  /** This rewrite, then another. */
  public Rewritten then(GraphRewrite next) {
    Rewritten second = next.apply(network);
    return new Rewritten(second.network(), w -> second.carry().apply(carry.apply(w)));
  }
}
