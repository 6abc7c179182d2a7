package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.TensorFacts;

/** The largest along the last axis, with their indices; what sorts is made of it. */
final class TopValues implements OpRule {
  @Inject
  TopValues() {}

  @Override
  public Set<String> ops() {
    return Set.of("TopK", "TopKV2");
  }

  private static int largest(Op op) {
    return op.node().getOp().equals("TopK")
        ? Attributes.integer(op.node(), "k", 0)
        : op.input(1).known().map(k -> k[0]).orElse(Shape.UNKNOWN);
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    Shape in = op.shape(0);
    Shape out = in.with(op.axis(-1, in.rank()), largest(op));
    return Collections.nCopies(2, TensorFacts.of(out));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    int[][] out = new int[op.shape(0).rank()][];
    Arrays.setAll(out, links.in(0)::get);
    int last = op.axis(-1, out.length);
    links.keepWhole(out[last], "'" + op.name() + "' ranks it");
    out[last] = null;
    return Collections.nCopies(2, Axes.of(out));
  }
}
