package org.espalier.graphs;

/** A network with its weights. */
public record Model(Network network, Weights weights) {
  public Model {
    weights = weights.matching(network.parameters(), network.name());
  }

  /** The rewritten network with the weights carried over. */
  public Model rewritten(GraphRewrite rewrite) {
    return rewrite.apply(network).carried(weights);
  }

  /** The same network with fresh weights. */
  public Model fresh(long seed) {
    return new Model(network, network.initialise(seed));
  }
}
