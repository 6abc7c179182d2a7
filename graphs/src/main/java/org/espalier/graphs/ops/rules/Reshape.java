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
 * Reshape. Axes of the two shapes are paired in blocks of equally many elements. Where a block of
 * the output has one axis longer than 1, the channels of the input go on along it, each at as many
 * indices as it has pixels there: a flattened image in front of a dense layer, the gate of a
 * squeeze-and-excite block, or the same size again. Where channels are split over several axes, as
 * in a channel shuffle, those with the same last index stay together. Else what it reads stays
 * whole.
 */
final class Reshape implements OpRule {
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
      int[] flat = block.isKnown(in, out) ? flat(in, links.in(0), block) : null;
      int home = home(out, block);
      if (flat == null || home < 0) {
        for (int a = block.inFrom(); a < block.inTo(); a++) {
          links.keepWhole(links.in(0).get(a), "'" + op.name() + "' takes its channels apart");
        }
        continue;
      }
      int size = out.dim(home);
      labels[home] = Arrays.copyOf(flat, size);
      for (int row = size; row < flat.length; row += size) {
        links.tie(labels[home], Arrays.copyOfRange(flat, row, row + size));
      }
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

  /** The labels of the block's elements, row by row; null unless just one of its axes has any. */
  private static int[] flat(Shape in, Axes axes, ReshapeBlock block) {
    int labelled = -1;
    int size = 1;
    for (int a = block.inFrom(); a < block.inTo(); a++) {
      if (axes.get(a) != null) {
        if (labelled >= 0) {
          return null;
        }
        labelled = a;
      }
      size *= in.dim(a);
    }
    if (labelled < 0) {
      return null;
    }
    int inner = 1;
    for (int a = labelled + 1; a < block.inTo(); a++) {
      inner *= in.dim(a);
    }
    int[] labels = axes.get(labelled);
    int[] flat = new int[size];
    for (int e = 0; e < size; e++) {
      flat[e] = labels[(e / inner) % labels.length];
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
