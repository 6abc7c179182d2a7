package org.espalier.pruning;

/** A way to choose what goes, known to users by name. */
public sealed interface PruningMethod permits StructuredMethod {
  /** The name by which people ask for it. */
  String name();

  /** One line for people: what it removes, and the paper. */
  String description();
}
