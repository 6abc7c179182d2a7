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
import org.espalier.graphs.ops.Shrink;
import org.espalier.graphs.ops.TensorFacts;

/**
 * Tensors made from a size: Range knows no channels, the indices of a Fill may be those of any;
 * BroadcastTo and Tile repeat some, and what they make of a single one that is not fed is a Fill.
 */
final class Filling implements OpRule {
  /** Axes that are longer hold no channels. */
  private static final int WIDEST = 1 << 16;

  @Inject
  Filling() {}

  @Override
  public Set<String> ops() {
    return Set.of("Fill", "Range", "BroadcastTo", "Tile");
  }

  private static boolean repeats(Op op) {
    return Set.of("BroadcastTo", "Tile").contains(op.node().getOp());
  }

  @Override
  public boolean applies(Op op) {
    boolean sized = op.node().getOp().equals("Range") || size(op) != null;
    return sized && (!repeats(op) || op.isRanked());
  }

  /** The size that the node is told: the target, or how often an axis is repeated. */
  private static int[] size(Op op) {
    return op.input(repeats(op) ? 1 : 0).integers().orElse(null);
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    return switch (op.node().getOp()) {
      case "Range" -> List.of(TensorFacts.of(Shape.of(counted(op))));
      case "Tile" -> {
        int[] dims = op.shape(0).toArray();
        for (int a = 0; a < dims.length; a++) {
          int times = size(op)[a];
          dims[a] =
              times == 1
                  ? dims[a]
                  : Shape.isOpen(dims[a]) || TensorFacts.isOpen(times)
                      ? Shape.UNKNOWN
                      : Math.multiplyExact(dims[a], times);
        }
        yield List.of(TensorFacts.of(Shape.of(dims)));
      }
      default ->
          List.of(
              TensorFacts.of(Shape.of(Arrays.stream(size(op)).map(TensorFacts::size).toArray())));
    };
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    if (op.node().getOp().equals("Range")) {
      return List.of(Axes.NONE);
    }
    if (!repeats(op)) {
      return List.of(filled(op, links));
    }
    Shape in = op.shape(0);
    Shape out = infer(op).get(0).shape().orElseThrow();
    int[][] labels = new int[out.rank()][];
    for (int to = 0; to < labels.length; to++) {
      int a = to - (out.rank() - in.rank());
      int[] own = a < 0 ? null : links.in(0).get(a);
      if (!links.isFed(0) && spreads(a < 0 ? 1 : in.dim(a), out.dim(to))) {
        links.keepWhole(own, "");
        labels[to] = links.fresh(out.dim(to));
      } else if (own == null || own.length == out.dim(to)) {
        labels[to] = own;
      } else if (own.length > 1 && !Shape.isOpen(out.dim(to))) {
        labels[to] = new int[out.dim(to)];
        Arrays.setAll(labels[to], i -> own[i % own.length]);
      } else {
        links.keepWhole(own, "'" + op.name() + "' repeats it");
      }
    }
    return List.of(Axes.of(labels));
  }

  /** How many there are: of what counts from 0 by ones, as many as its limit says. */
  private static int counted(Op op) {
    boolean plain = is(op, 0, 0) && is(op, 2, 1);
    return plain
        ? op.input(1)
            .integers()
            .filter(limit -> limit.length == 1)
            .map(limit -> TensorFacts.size(limit[0]))
            .orElse(Shape.UNKNOWN)
        : Shape.UNKNOWN;
  }

  private static boolean is(Op op, int input, int value) {
    return op.input(input).known().filter(v -> v.length == 1 && v[0] == value).isPresent();
  }

  /** All indices hold the same, so any of them may go along with others. */
  private static Axes filled(Op op, Links links) {
    return Axes.of(
        Arrays.stream(size(op))
            .mapToObj(size -> spreads(1, size) ? links.fresh(size) : null)
            .toArray(int[][]::new));
  }

  /** Whether a single index becomes several that may hold channels. */
  private static boolean spreads(int from, int to) {
    return from == 1 && to > 1 && to <= WIDEST;
  }

  @Override
  public void shrink(Op op, Shrink shrink) {
    if (op.node().getOp().equals("Range")) {
      return;
    }
    int[] size = size(op).clone();
    for (int a = 0; a < size.length; a++) {
      int[] labels = shrink.out(0).get(a);
      boolean times = op.node().getOp().equals("Tile") && op.shape(0).dim(a) != 1;
      if (labels != null && !times && !TensorFacts.isOpen(size[a])) {
        size[a] = shrink.kept(labels, 0, labels.length);
      }
    }
    if (!Arrays.equals(size, size(op))) {
      shrink.replaceIntegers(repeats(op) ? 1 : 0, size);
    }
  }
}
