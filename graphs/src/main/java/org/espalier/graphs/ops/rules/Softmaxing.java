package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.TensorFacts;

/**
 * Softmax and local response normalisation over the last axis: every channel changes others, so
 * none may go.
 */
final class Softmaxing implements OpRule {
  @Inject
  Softmaxing() {}

  @Override
  public Set<String> ops() {
    return Set.of("Softmax", "LogSoftmax", "LRN");
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    return List.of(op.input(0));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    int last = op.shape(0).rank() - 1;
    links.keepWhole(links.in(0).get(last), "'" + op.name() + "' normalises over it");
    return List.of(links.in(0));
  }
}
