package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.Shrink;
import org.espalier.graphs.ops.TensorFacts;

/**
 * Reshape. Axes of the two shapes are paired in blocks of equally many elements. Where a block of
 * the output has one axis longer than 1, the channels of the input go on along it, each at as many
 * indices as it has pixels there: a flattened image in front of a dense layer, the gate of a
 * squeeze-and-excite block, or the same size again. Where channels are split over several axes, as
 * in a channel shuffle or into the heads of an attention, each of these axes has channels of its
 * own; where such axes become one again, an index goes when its channel along any of them goes.
 * Where sizes are not known, what it reads stays whole.
 */
final class Reshape implements OpRule {
  /** Of more indices than these nobody splits the channels, or merges them. */
  private static final int LARGEST = 1 << 16;

  @Inject
  Reshape() {}

  @Override
  public Set<String> ops() {
    return Set.of("Reshape");
  }

  @Override
  public boolean applies(Op op) {
    return op.isRanked() && op.input(1).integers().isPresent();
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    return List.of(TensorFacts.of(target(op)));
  }

  /** The shape it ends in: what the graph says of it, and what follows from the input's. */
  private static Shape target(Op op) {
    int[] said = op.input(1).integers().orElseThrow();
    Shape in = op.shape(0);
    int[] dims = Arrays.stream(said).map(TensorFacts::size).toArray();
    long others = 1;
    int open = -1;
    int count = 0;
    for (int a = 0; a < dims.length; a++) {
      if (said[a] < -1 && !TensorFacts.isOpen(said[a])) {
        throw op.bad("has a target with a size of " + said[a]);
      }
      if (dims[a] >= 0) {
        others = Math.multiplyExact(others, dims[a]);
      } else if (dims[a] != Shape.BATCH) {
        open = a;
        count++;
      }
    }
    boolean batchOut = Arrays.stream(dims).filter(Shape::isBatch).count() == 1;
    long batches = in.dims().stream().filter(Shape::isBatch).count();
    if (in.dims().contains(Shape.UNKNOWN) || batches > 1 || batches == 0 && batchOut) {
      return Shape.of(dims);
    }
    boolean fits = others == 0 || in.elements() % others == 0;
    if (!fits || count == 0 && batchOut == (batches == 1) && in.elements() != others) {
      throw op.bad("cannot turn " + in + " into " + Shape.of(dims));
    }
    if (count == 1) {
      int rest = Math.toIntExact(in.elements() / Math.max(1, others));
      dims[open] = batches == 1 && !batchOut ? Shape.batches(rest) : rest;
    }
    return Shape.of(dims);
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    Shape in = op.shape(0);
    Shape out = target(op);
    int[][] labels = new int[out.rank()][];
    for (ReshapeBlock block : ReshapeBlock.of(in, out)) {
      int[] flat = block.isKnown(in, out) ? flat(links, in, links.in(0), block) : null;
      int home = home(out, block);
      if (flat != null && flat.length <= LARGEST && longAxes(out, block).length > 1) {
        layOut(links, out, block, labels, flat);
        continue;
      }
      if (flat == null || home < 0 || flat.length != out.dim(home)) {
        for (int a = block.inFrom(); a < block.inTo(); a++) {
          links.keepWhole(links.in(0).get(a), "'" + op.name() + "' takes its channels apart");
        }
        continue;
      }
      labels[home] = flat;
    }
    return List.of(Axes.of(labels));
  }

  /** The last axis of the block that is longer than 1, or its last. -1 if there is none. */
  private static int home(Shape out, ReshapeBlock block) {
    int home = block.outTo() - 1;
    while (home > block.outFrom() && out.dim(home) == 1) {
      home--;
    }
    return home < block.outFrom() ? -1 : home;
  }

  /** The axes of the block that are longer than 1. */
  private static int[] longAxes(Shape out, ReshapeBlock block) {
    return IntStream.range(block.outFrom(), block.outTo()).filter(a -> out.dim(a) != 1).toArray();
  }

  /** Channels that lie along one axis come to lie along several: heads, and what is in each. */
  private static void layOut(
      Links links, Shape out, ReshapeBlock block, int[][] labels, int[] flat) {
    for (int a : longAxes(out, block)) {
      labels[a] = links.along(out.dim(a));
    }
    int[] laid =
        flat(
            links,
            out,
            Axes.of(labels),
            new ReshapeBlock(block.outFrom(), block.outTo(), block.outFrom(), block.outTo()));
    links.tie(flat, laid);
  }

  /** The labels of the block's elements, row by row; null if none of its axes has any. */
  private static int[] flat(Links links, Shape in, Axes axes, ReshapeBlock block) {
    int size = 1;
    List<Integer> labelled = new ArrayList<>();
    for (int a = block.inFrom(); a < block.inTo(); a++) {
      size *= in.dim(a);
      if (axes.get(a) != null) {
        labelled.add(a);
      }
    }
    if (labelled.isEmpty() || size == 0 || labelled.size() > 1 && size > LARGEST) {
      return null;
    }
    int[] flat = new int[size];
    int[] at = new int[labelled.size()];
    for (int e = 0; e < size; e++) {
      int rest = e;
      for (int a = block.inTo() - 1, k = at.length - 1; k >= 0; a--) {
        if (a == labelled.get(k)) {
          int[] own = axes.get(a);
          at[k--] = own[rest % own.length];
        }
        rest /= in.dim(a);
      }
      flat[e] = links.all(at);
    }
    return flat;
  }

  @Override
  public void shrink(Op op, Shrink shrink) {
    int[] target = op.input(1).integers().orElseThrow();
    int[] changed = target.clone();
    for (int a = 0; a < target.length; a++) {
      int[] labels = shrink.out(0).get(a);
      if (labels != null && target[a] >= 0) {
        changed[a] = shrink.kept(labels, 0, labels.length);
      }
    }
    if (!Arrays.equals(target, changed)) {
      shrink.replaceIntegers(1, changed);
    }
  }
}
