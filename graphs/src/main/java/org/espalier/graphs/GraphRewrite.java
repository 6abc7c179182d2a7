package org.espalier.graphs;

/** A pure function from network to network, or from model to model. */
public interface GraphRewrite {
  /** The name by which people ask for it. */
  String name();

  /** One line for people: what it does. */
  String description();

  Rewritten apply(Network network);

  /**
   * The rewritten network with the weights carried over. A rewrite for which it matters what the
   * weights are does its work here, and leaves a network alone that comes without any.
   */
  default Model apply(Model model) {
    return apply(model.network()).carried(model.weights());
  }
}
