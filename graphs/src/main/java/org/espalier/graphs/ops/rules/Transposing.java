package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.TensorFacts;

/** Transpose: axes change places. Islands of channels-first ops stand between two of them. */
final class Transposing implements OpRule {
  @Inject
  Transposing() {}

  @Override
  public Set<String> ops() {
    return Set.of("Transpose");
  }

  @Override
  public boolean applies(Op op) {
    return op.isRanked() && op.knows(1);
  }

  private static int[] order(Op op) {
    int[] order = op.integers(1);
    int[] sorted = order.clone();
    Arrays.sort(sorted);
    for (int a = 0; a < sorted.length; a++) {
      if (sorted[a] != a || sorted.length != op.shape(0).rank()) {
        throw op.bad("cannot put the axes of " + op.shape(0) + " as " + Arrays.toString(order));
      }
    }
    return order;
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    Shape in = op.shape(0);
    return List.of(TensorFacts.of(Shape.of(Arrays.stream(order(op)).map(in::dim).toArray())));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    return List.of(
        Axes.of(Arrays.stream(order(op)).mapToObj(links.in(0)::get).toArray(int[][]::new)));
  }
}
