package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
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
 * Mean, Sum, Max and the like over given axes, ArgMax over one: the axes that are reduced must stay
 * whole. Only to a sum channels that are zero add nothing.
 */
final class Reduction implements OpRule {
  private static final Set<String> SUMS = Set.of("Sum", "Any", "EuclideanNorm");

  @Inject
  Reduction() {}

  @Override
  public Set<String> ops() {
    return Set.of(
        "Mean", "Sum", "Max", "Min", "Prod", "All", "Any", "EuclideanNorm", "ArgMax", "ArgMin");
  }

  @Override
  public boolean applies(Op op) {
    return op.isRanked() && op.knows(1);
  }

  private static boolean[] reduced(Op op) {
    boolean[] reduced = new boolean[op.shape(0).rank()];
    for (int axis : op.integers(1)) {
      int a = axis < 0 ? axis + reduced.length : axis;
      if (a < 0 || a >= reduced.length) {
        throw op.bad("reduces axis " + axis + " of shape " + op.shape(0));
      }
      reduced[a] = true;
    }
    return reduced;
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    Shape in = op.shape(0);
    boolean keep = Attributes.flag(op.node(), "keep_dims", false);
    boolean[] reduced = reduced(op);
    List<Integer> dims = new ArrayList<>();
    for (int a = 0; a < reduced.length; a++) {
      if (!reduced[a]) {
        dims.add(in.dim(a));
      } else if (keep) {
        dims.add(1);
      }
    }
    return List.of(TensorFacts.of(new Shape(dims)));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    boolean keep = Attributes.flag(op.node(), "keep_dims", false);
    boolean[] reduced = reduced(op);
    boolean sums = SUMS.contains(op.node().getOp()) && links.isSilent(0);
    List<int[]> out = new ArrayList<>();
    for (int a = 0; a < reduced.length; a++) {
      if (!reduced[a]) {
        out.add(links.in(0).get(a));
      } else {
        if (!sums) {
          links.keepWhole(links.in(0).get(a), "'" + op.name() + "' reduces over it");
        }
        if (keep) {
          out.add(null);
        }
      }
    }
    return List.of(Axes.of(out.toArray(int[][]::new)));
  }

  /** A global average pool reads every element once. */
  @Override
  public Work work(Op op) {
    boolean pools =
        op.node().getOp().equals("Mean") && Arrays.equals(op.integers(1), new int[] {1, 2});
    return pools ? new Work(0, op.shape(0).elements()) : Work.NONE;
  }
}
