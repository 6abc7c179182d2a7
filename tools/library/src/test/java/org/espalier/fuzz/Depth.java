package org.espalier.fuzz;

/** How far a mutant is taken; each does all that stands before it. */
enum Depth {
  READ,
  INSPECT,
  PRUNE,
  PROVE,
  REWRITE,
  EXPORT
}
