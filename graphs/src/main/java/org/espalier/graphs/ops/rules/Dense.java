package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.TensorFacts;
import org.espalier.graphs.ops.Work;

/**
 * MatMul and BatchMatMul, over the last two axes. The contracted axes hold the same channels; the
 * axes before them are matched like those of elementwise ops.
 */
final class Dense implements OpRule {
  @Inject
  Dense() {}

  @Override
  public Set<String> ops() {
    return Set.of("MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3");
  }

  @Override
  public boolean applies(Op op) {
    return isPlain(op) || op.isRanked();
  }

  private static boolean isPlain(Op op) {
    return op.node().getOp().equals("MatMul");
  }

  private static Shape shape(Op op, int input) {
    Shape shape = isPlain(op) ? op.shape(input, 2) : op.shape(input);
    if (shape.rank() < 2) {
      throw op.bad("multiplies a tensor of shape " + shape);
    }
    return shape;
  }

  /** Where the sum runs; the other of the last two axes goes on into the output. */
  private static int contracted(Op op, int input) {
    String first = isPlain(op) ? "transpose_a" : "adj_x";
    String second = isPlain(op) ? "transpose_b" : "adj_y";
    boolean transposed = Attributes.flag(op.node(), input == 0 ? first : second, false);
    return shape(op, input).rank() - ((input == 0) == transposed ? 2 : 1);
  }

  private static int free(Op op, int input) {
    return 2 * shape(op, input).rank() - 3 - contracted(op, input);
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    Shape a = shape(op, 0);
    Shape b = shape(op, 1);
    int inA = a.dim(contracted(op, 0));
    int inB = b.dim(contracted(op, 1));
    if (inA != inB && !Shape.isOpen(inA) && !Shape.isOpen(inB)) {
      throw op.bad("cannot multiply " + a + " by " + b);
    }
    int rank = Math.max(a.rank(), b.rank());
    int[] dims = new int[rank];
    for (int axis = 0; axis < rank - 2; axis++) {
      int sizeA = size(a, axis, rank);
      int sizeB = size(b, axis, rank);
      dims[axis] = sizeA == 1 ? sizeB : sizeB == 1 ? sizeA : Math.max(sizeA, sizeB);
    }
    dims[rank - 2] = a.dim(free(op, 0));
    dims[rank - 1] = b.dim(free(op, 1));
    return List.of(TensorFacts.of(Shape.of(dims)));
  }

  private static int size(Shape shape, int axis, int rank) {
    int own = axis - (rank - shape.rank());
    return own < 0 ? 1 : shape.dim(own);
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    Axes a = links.in(0);
    Axes b = links.in(1);
    Shape shapeA = shape(op, 0);
    Shape shapeB = shape(op, 1);
    Products.contract(op, links, a.get(contracted(op, 0)), b.get(contracted(op, 1)));
    if (!links.isFed(0)) {
      links.layer(a.get(free(op, 0)), a.get(contracted(op, 0)));
    }
    if (!links.isFed(1)) {
      links.layer(b.get(free(op, 1)), b.get(contracted(op, 1)));
    }
    int rank = Math.max(shapeA.rank(), shapeB.rank());
    int[][] out = new int[rank][];
    for (int axis = 0; axis < rank - 2; axis++) {
      int ownA = axis - (rank - shapeA.rank());
      int ownB = axis - (rank - shapeB.rank());
      int[] labelsA = ownA < 0 ? null : a.get(ownA);
      int[] labelsB = ownB < 0 ? null : b.get(ownB);
      if (size(shapeA, axis, rank) == size(shapeB, axis, rank)) {
        links.tie(labelsA, labelsB);
        out[axis] = labelsA == null || labelsB == null ? null : labelsA;
      } else {
        links.keepWhole(labelsA, "'" + op.name() + "' broadcasts it");
        links.keepWhole(labelsB, "'" + op.name() + "' broadcasts it");
      }
    }
    out[rank - 2] = a.get(free(op, 0));
    out[rank - 1] = b.get(free(op, 1));
    return List.of(Axes.of(out));
  }

  /** Each element of the output is a sum over the contracted axis. */
  @Override
  public Work work(Op op) {
    long out = infer(op).get(0).shape().orElseThrow().elements();
    int terms = Math.max(shape(op, 0).dim(contracted(op, 0)), shape(op, 1).dim(contracted(op, 1)));
    return Work.macs(out, Math.max(1, terms));
  }
}
