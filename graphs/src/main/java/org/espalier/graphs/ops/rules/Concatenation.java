package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.TensorFacts;

/**
 * ConcatV2: along its axis the channels of the inputs follow each other; along all others the
 * inputs must stay equally long. The last input is the axis.
 */
final class Concatenation implements OpRule {
  @Inject
  Concatenation() {}

  @Override
  public Set<String> ops() {
    return Set.of("ConcatV2");
  }

  @Override
  public boolean applies(Op op) {
    return op.isRanked() && op.knows(values(op));
  }

  private static int values(Op op) {
    return op.inputs().size() - 1;
  }

  private static int axis(Op op) {
    return op.axis(op.integers(values(op))[0], op.shape(0).rank());
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    int axis = axis(op);
    Shape out = op.shape(0);
    for (int i = 1; i < values(op); i++) {
      Shape next = op.shape(i, out.rank());
      for (int a = 0; a < out.rank(); a++) {
        out = out.with(a, a == axis ? sum(out.dim(a), next.dim(a)) : same(op, out, next, a));
      }
    }
    return List.of(TensorFacts.of(out));
  }

  private static int sum(int a, int b) {
    return Shape.isOpen(a) || Shape.isOpen(b) ? Shape.UNKNOWN : Math.addExact(a, b);
  }

  private static int same(Op op, Shape a, Shape b, int axis) {
    if (Shape.isOpen(a.dim(axis)) || Shape.isOpen(b.dim(axis))) {
      return Math.max(a.dim(axis), b.dim(axis));
    }
    if (a.dim(axis) != b.dim(axis)) {
      throw op.bad("cannot join " + a + " and " + b);
    }
    return a.dim(axis);
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    int axis = axis(op);
    int[][] out = new int[op.shape(0).rank()][];
    for (int a = 0; a < out.length; a++) {
      out[a] = a == axis ? joined(op, links, a) : tied(op, links, a);
    }
    return List.of(Axes.of(out));
  }

  /** The labels of all inputs, one after the other; null if none of them can be cut. */
  private static int[] joined(Op op, Links links, int axis) {
    List<int[]> parts = new ArrayList<>();
    boolean any = false;
    boolean unknown = false;
    for (int i = 0; i < values(op); i++) {
      int[] labels = links.in(i).get(axis);
      any |= labels != null;
      unknown |= labels == null && Shape.isOpen(op.shape(i).dim(axis));
      parts.add(labels);
    }
    if (!any || unknown) {
      parts.forEach(p -> links.keepWhole(p, "'" + op.name() + "' joins it to an unknown width"));
      return null;
    }
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i) == null) {
        int[] fixed = links.fresh(op.shape(i).dim(axis));
        links.keepWhole(fixed, "'" + op.name() + "' reads channels that cannot go");
        parts.set(i, fixed);
      }
    }
    return parts.stream().flatMapToInt(IntStream::of).toArray();
  }

  private static int[] tied(Op op, Links links, int axis) {
    int[] first = links.in(0).get(axis);
    boolean whole = first == null;
    for (int i = 1; i < values(op); i++) {
      int[] next = links.in(i).get(axis);
      whole |= next == null;
      links.tie(first, next);
    }
    return whole ? null : first;
  }
}
