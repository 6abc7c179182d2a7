package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.Shrink;
import org.espalier.graphs.ops.TensorFacts;

/**
 * GatherV2 with fixed indices: the output's channels are those of the input that the indices name.
 *
 * <p>One that is marked as a {@link Op#SELECTION} may read fewer channels than the input has while
 * the input stays as wide as it is: its outputs are channels of their own.
 */
final class Gather implements OpRule {
  @Inject
  Gather() {}

  @Override
  public Set<String> ops() {
    return Set.of("GatherV2");
  }

  @Override
  public boolean applies(Op op) {
    return op.isRanked() && op.knows(2) && Attributes.number(op.node(), "batch_dims", 0) == 0;
  }

  private static int axis(Op op) {
    return op.axis(op.integers(2)[0], op.shape(0).rank());
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    Shape in = op.shape(0);
    int axis = axis(op);
    IntStream before = IntStream.range(0, axis).map(in::dim);
    IntStream taken = op.shape(1).dims().stream().mapToInt(Integer::intValue);
    IntStream after = IntStream.range(axis + 1, in.rank()).map(in::dim);
    int[] dims = IntStream.concat(IntStream.concat(before, taken), after).toArray();
    if (op.knows(1) && !Shape.isOpen(in.dim(axis))) {
      for (int i : op.integers(1)) {
        if (i < 0 || i >= in.dim(axis)) {
          throw op.bad("takes channel " + i + " of " + in.dim(axis));
        }
      }
    }
    return List.of(TensorFacts.of(Shape.of(dims)));
  }

  private static boolean isVector(Op op) {
    return op.knows(1) && op.shape(1).rank() == 1;
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    int axis = axis(op);
    int rank = op.shape(0).rank();
    int taken = op.shape(1).rank();
    int[][] out = new int[rank - 1 + taken][];
    for (int a = 0; a < rank; a++) {
      if (a != axis) {
        out[a < axis ? a : a - 1 + taken] = links.in(0).get(a);
      }
    }
    int[] labels = links.in(0).get(axis);
    if (Attributes.flag(op.node(), Op.SELECTION, false) && isVector(op)) {
      links.keepWhole(labels, "'" + op.name() + "' selects from it, so that it can stay");
      out[axis] = links.fresh(op.integers(1).length);
    } else if (isVector(op) && labels != null) {
      out[axis] = IntStream.of(op.integers(1)).map(i -> labels[i]).toArray();
      links.part(out[axis]);
    } else {
      links.keepWhole(labels, "'" + op.name() + "' takes channels out of it at run time");
    }
    return List.of(Axes.of(out));
  }

  @Override
  public void shrink(Op op, Shrink shrink) {
    int axis = axis(op);
    int[] out = shrink.out(0).get(axis);
    if (out == null || !isVector(op)) {
      return;
    }
    int[] in = shrink.in(0).get(axis);
    int[] indices = op.integers(1);
    int[] changed =
        IntStream.range(0, indices.length)
            .filter(i -> shrink.kept(out, i, i + 1) == 1)
            .map(i -> in == null ? indices[i] : shrink.kept(in, 0, indices[i]))
            .toArray();
    if (!java.util.Arrays.equals(indices, changed)) {
      shrink.setInput(1, shrink.constant("indices", Shape.of(changed.length), changed));
    }
  }
}
