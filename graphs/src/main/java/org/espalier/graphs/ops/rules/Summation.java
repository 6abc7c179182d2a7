package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.TensorFacts;

/** AddN: the sum of tensors of one shape, all of whose axes are tied. */
final class Summation implements OpRule {
  @Inject
  Summation() {}

  @Override
  public Set<String> ops() {
    return Set.of("AddN", "AccumulateNV2");
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    Shape out = op.shape(0);
    for (int i = 1; i < op.inputs().size(); i++) {
      Shape next = op.shape(i, out.rank());
      for (int a = 0; a < out.rank(); a++) {
        boolean known = !Shape.isOpen(out.dim(a)) && !Shape.isOpen(next.dim(a));
        if (known && out.dim(a) != next.dim(a)) {
          throw op.bad("cannot add " + out + " and " + next);
        }
        out = out.with(a, Math.max(out.dim(a), next.dim(a)));
      }
    }
    return List.of(TensorFacts.of(out));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    int[][] out = new int[op.shape(0).rank()][];
    for (int a = 0; a < out.length; a++) {
      out[a] = links.in(0).get(a);
      for (int i = 1; i < op.inputs().size(); i++) {
        int[] next = links.in(i).get(a);
        links.tie(links.in(0).get(a), next);
        out[a] = next == null ? null : out[a];
      }
      links.couple(out[a]);
    }
    return List.of(Axes.of(out));
  }
}
