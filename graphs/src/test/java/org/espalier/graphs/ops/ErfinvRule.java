package org.espalier.graphs.ops;

import java.util.List;
import java.util.Set;

/** The rule that the page on graph surgery shows: a user's own, found as a service. */
public final class ErfinvRule implements OpRule {
  @Override
  public Set<String> ops() {
    return Set.of("Erfinv");
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    return List.of(TensorFacts.of(op.shape(0)));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    return List.of(links.in(0));
  }
}
