package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.ArrayList;
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

/** Pack and Unpack: tensors of one shape along a new axis, and back. The other axes are tied. */
final class Packing implements OpRule {
  @Inject
  Packing() {}

  @Override
  public Set<String> ops() {
    return Set.of("Pack", "Unpack");
  }

  private static boolean packs(Op op) {
    return op.node().getOp().equals("Pack");
  }

  private static int axis(Op op) {
    int rank = op.shape(0).rank() + (packs(op) ? 1 : 0);
    return op.axis(Attributes.integer(op.node(), "axis", 0), rank);
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    List<Integer> dims = new ArrayList<>(op.shape(0).dims());
    if (packs(op)) {
      dims.add(axis(op), op.inputs().size());
      return List.of(TensorFacts.of(new Shape(dims)));
    }
    dims.remove(axis(op));
    int count = Attributes.integer(op.node(), "num", 0);
    return Collections.nCopies(count, TensorFacts.of(new Shape(dims)));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    int rank = op.shape(0).rank();
    List<int[]> out = new ArrayList<>();
    for (int a = 0; a < rank; a++) {
      int[] labels = links.in(0).get(a);
      boolean whole = labels == null;
      for (int i = 1; packs(op) && i < op.inputs().size(); i++) {
        links.tie(links.in(0).get(a), links.in(i).get(a));
        whole |= links.in(i).get(a) == null;
      }
      out.add(whole ? null : labels);
    }
    if (packs(op)) {
      out.add(axis(op), null);
      return List.of(Axes.of(out.toArray(int[][]::new)));
    }
    links.keepWhole(out.remove(axis(op)), "'" + op.name() + "' takes single channels of it");
    int count = Attributes.integer(op.node(), "num", 0);
    return Collections.nCopies(count, Axes.of(out.toArray(int[][]::new)));
  }
}
