package org.espalier.graphs.ops;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.Shape;

/** Elementwise ops of two tensors, whose axes are matched from the last one backwards. */
final class Broadcasting implements OpRule {
  @Inject
  Broadcasting() {}

  @Override
  public Set<String> ops() {
    return Set.of(
        "Add", "AddV2", "Sub", "Mul", "RealDiv", "Div", "Maximum", "Minimum", "SquaredDifference");
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    Shape a = op.shape(0);
    Shape b = op.shape(1);
    int rank = Math.max(a.rank(), b.rank());
    int[] dims = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      int da = size(a, axis, rank);
      int db = size(b, axis, rank);
      if (da != db && da > 1 && db > 1) {
        throw op.bad("cannot broadcast " + a + " against " + b);
      }
      dims[axis] = da == 1 ? db : db == 1 ? da : Math.max(da, db);
    }
    return List.of(TensorFacts.of(Shape.of(dims)));
  }

  private static int size(Shape shape, int axis, int rank) {
    int own = axis - (rank - shape.rank());
    return own < 0 ? 1 : shape.dim(own);
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    Shape a = op.shape(0);
    Shape b = op.shape(1);
    int rank = Math.max(a.rank(), b.rank());
    int[][] out = new int[rank][];
    for (int axis = 0; axis < rank; axis++) {
      int sizeA = size(a, axis, rank);
      int sizeB = size(b, axis, rank);
      int[] labelsA = labels(links.in(0), a, axis, rank);
      int[] labelsB = labels(links.in(1), b, axis, rank);
      if (sizeA == sizeB) {
        links.tie(labelsA, labelsB);
        out[axis] = labelsA == null || labelsB == null ? null : labelsA;
      } else {
        // The side of size 1 is read by all channels of the other, so it has to stay.
        links.keepWhole(sizeA == 1 ? labelsA : labelsB, "'" + op.name() + "' broadcasts it");
        out[axis] = sizeA == 1 ? labelsB : labelsA;
      }
    }
    return List.of(Axes.of(out));
  }

  private static int[] labels(Axes axes, Shape shape, int axis, int rank) {
    int own = axis - (rank - shape.rank());
    return own < 0 ? null : axes.get(own);
  }
}
