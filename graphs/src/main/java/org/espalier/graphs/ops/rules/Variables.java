package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.TensorFacts;

/**
 * Variables, of which a network has but those with handles: every axis of a parameter starts with
 * channels of its own.
 */
final class Variables implements OpRule {
  /** The rows of a table of so many words are not channels. */
  private static final int LONGEST = 1 << 20;

  @Inject
  Variables() {}

  @Override
  public Set<String> ops() {
    return Set.of("VarHandleOp", "Variable", "VariableV2");
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    return List.of(
        Attributes.shape(op.node(), "shape").map(TensorFacts::of).orElse(TensorFacts.UNKNOWN));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    Shape shape = Attributes.shape(op.node(), "shape").orElseThrow(() -> op.bad("has no shape"));
    List<int[]> labels = new ArrayList<>();
    for (int size : shape.dims()) {
      labels.add(size > LONGEST ? null : links.fresh(size));
    }
    return List.of(Axes.of(labels.toArray(int[][]::new)));
  }
}
