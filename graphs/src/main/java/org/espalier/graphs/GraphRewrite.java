package org.espalier.graphs;

/** A pure function from network to network. */
public interface GraphRewrite {
  /** The name by which people ask for it. */
  String name();

  /** One line for people: what it does. */
  String description();

  Rewritten apply(Network network);
}
