package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.TensorFacts;

/** Shape, ShapeN, Size and Rank: they read how large a tensor is, and none of its channels. */
final class ShapeReading implements OpRule {
  @Inject
  ShapeReading() {}

  @Override
  public Set<String> ops() {
    return Set.of("Shape", "ShapeN", "Size", "Rank");
  }

  @Override
  public boolean applies(Op op) {
    return true;
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    return switch (op.node().getOp()) {
      case "Shape", "ShapeN" ->
          op.inputs().stream()
              .map(
                  in -> TensorFacts.of(Shape.of(in.shape().map(Shape::rank).orElse(Shape.UNKNOWN))))
              .toList();
      default -> List.of(TensorFacts.of(Shape.of()));
    };
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    if (op.node().getOp().equals("Size")) {
      links.keepWhole(links.in(0), "'" + op.name() + "' counts its channels");
    }
    return Collections.nCopies(op.inputs().size(), Axes.NONE);
  }
}
