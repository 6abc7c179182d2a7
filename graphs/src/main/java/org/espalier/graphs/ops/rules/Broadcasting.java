package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.espalier.graphs.Combining;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.TensorFacts;

/** Elementwise ops of two or three tensors, whose axes are matched from the last one backwards. */
final class Broadcasting implements OpRule {
  /** A channel of their result is made by all who make one of theirs. A product is a gate. */
  private static final Set<String> SUMS = Set.of("Add", "AddV2", "Sub", "Maximum", "Minimum");

  /** What they make of zero in the second is no number, unless the first is zero too. */
  private static final Set<String> ONLY_ZERO_BY_ZERO = Set.of("Xdivy", "Xlogy");

  @Inject
  Broadcasting() {}

  @Override
  public Set<String> ops() {
    return Combining.OPS;
  }

  /** The old Select takes a vector of conditions as one for each image. */
  @Override
  public boolean applies(Op op) {
    return op.isRanked()
        && (!op.node().getOp().equals("Select") || op.shape(0).rank() == op.shape(1).rank());
  }

  private static int rank(Op op) {
    int rank = 0;
    for (int i = 0; i < Math.max(2, op.inputs().size()); i++) {
      rank = Math.max(rank, op.shape(i).rank());
    }
    return rank;
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    int[] dims = new int[rank(op)];
    for (int axis = 0; axis < dims.length; axis++) {
      dims[axis] = 1;
      for (int i = 0; i < op.inputs().size(); i++) {
        int size = size(op.shape(i), axis, dims.length);
        if (dims[axis] > 1 && size > 1 && dims[axis] != size) {
          throw op.bad("cannot broadcast " + op.shape(0) + " against " + op.shape(i));
        }
        dims[axis] = joined(dims[axis], size);
      }
    }
    return List.of(TensorFacts.of(Shape.of(dims)));
  }

  /** An open size beside a known one is that or 1; the result is the known one. */
  private static int joined(int a, int b) {
    return a == 1 ? b : b == 1 ? a : Math.max(a, b);
  }

  private static int size(Shape shape, int axis, int rank) {
    int own = axis - (rank - shape.rank());
    return own < 0 ? 1 : shape.dim(own);
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    Shape out = infer(op).get(0).shape().orElseThrow();
    int[][] labels = new int[out.rank()][];
    for (int axis = 0; axis < labels.length; axis++) {
      labels[axis] = link(op, links, axis, out);
      if (links.isSilent(1)) {
        keepDivisor(op, links, axis - (out.rank() - op.shape(1).rank()));
      }
      if (SUMS.contains(op.node().getOp()) && makers(op, links, axis, out) > 1) {
        links.couple(labels[axis]);
      }
    }
    return List.of(Axes.of(labels));
  }

  /** Removed channels are zero in the second tensor, which may have to be none. */
  private static void keepDivisor(Op op, Links links, int axis) {
    int[] labels = axis < 0 ? null : links.in(1).get(axis);
    if (Combining.divides(op.node())) {
      links.keepWhole(labels, "'" + op.name() + "' divides by it, and would divide by zero");
    } else if (ONLY_ZERO_BY_ZERO.contains(op.node().getOp()) && !links.isSilent(0)) {
      links.keepWhole(labels, "'" + op.name() + "' of a removed channel is no number");
    }
  }

  /** How many of the tensors have channels of their own along an axis, and are computed. */
  private static long makers(Op op, Links links, int axis, Shape out) {
    return IntStream.range(0, op.inputs().size())
        .filter(i -> links.isFed(i) && size(op.shape(i), axis, out.rank()) == out.dim(axis))
        .filter(i -> axis >= out.rank() - op.shape(i).rank())
        .count();
  }

  /** Those as long as the result are tied; a single one, read by all channels, has to stay. */
  private static int[] link(Op op, Links links, int axis, Shape out) {
    int[] first = null;
    boolean met = false;
    boolean whole = false;
    for (int i = 0; i < op.inputs().size(); i++) {
      int size = size(op.shape(i), axis, out.rank());
      int own = axis - (out.rank() - op.shape(i).rank());
      int[] labels = own < 0 ? null : links.in(i).get(own);
      if (size != out.dim(axis)) {
        // The single index of a vector over other axes is no channel that anyone would ask for.
        links.keepWhole(labels, links.isFed(i) ? "'" + op.name() + "' broadcasts it" : "");
        whole |= Shape.isOpen(size);
      } else if (own >= 0) {
        if (met) {
          links.tie(first, labels);
        }
        whole |= labels == null;
        first = met && first == null ? labels : met ? first : labels;
        met = true;
      }
    }
    if (whole) {
      links.keepWhole(first, "'" + op.name() + "' reads it with channels that cannot go");
    }
    return whole ? null : first;
  }
}
