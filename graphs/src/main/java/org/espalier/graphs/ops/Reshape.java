package org.espalier.graphs.ops;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.Shape;

/**
 * Reshape to a size that the graph fixes. Axes are compared in blocks that hold the same elements.
 * A block that ends as one axis keeps its channels, though each may then live at many indices: a
 * flattened image has every channel once a pixel. Other blocks are kept whole.
 */
final class Reshape implements OpRule {
  @Inject
  Reshape() {}

  /**
   * Axes {@code [inFrom, inTo)} of the input hold what the output's {@code [outFrom, outTo)} do.
   */
  private record Block(int inFrom, int inTo, int outFrom, int outTo) {}

  @Override
  public Set<String> ops() {
    return Set.of("Reshape");
  }

  /** The shape it ends in; one free size follows from the others, where those are known. */
  private static Shape target(Op op) {
    int[] dims = op.integers(1).clone();
    int free = -1;
    long others = 1;
    for (int a = 0; a < dims.length; a++) {
      if (dims[a] == Shape.UNKNOWN) {
        free = a;
      } else {
        others *= dims[a];
      }
    }
    Shape in = op.shape(0);
    boolean known = Arrays.stream(in.toArray()).noneMatch(d -> d == Shape.UNKNOWN);
    if (known && (free < 0 ? in.elements() != others : in.elements() % Math.max(1, others) != 0)) {
      throw op.bad("cannot turn " + in + " into " + Arrays.toString(dims));
    }
    if (free >= 0 && known) {
      dims[free] = (int) (in.elements() / Math.max(1, others));
    }
    return Shape.of(dims);
  }

  /** Whether the size is computed at run time, so that nothing can be said of the output. */
  private static boolean isDynamic(Op op) {
    return op.input(1).integers().isEmpty();
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    return List.of(isDynamic(op) ? TensorFacts.UNKNOWN : TensorFacts.of(target(op)));
  }

  /**
   * Pairs axes from the left. The batch, whose size is open, pairs with an open size. Null if the
   * two do not line up.
   */
  private static List<Block> blocks(Shape in, Shape out) {
    List<Block> blocks = new ArrayList<>();
    int i = 0;
    int o = 0;
    while (i < in.rank() && o < out.rank()) {
      int fromIn = i;
      int fromOut = o;
      long a = in.dim(i++);
      long b = out.dim(o++);
      while (a != b) {
        boolean open = a < 0 || b < 0;
        if (open || (a < b ? i == in.rank() : o == out.rank())) {
          return null;
        }
        if (a < b) {
          a *= in.dim(i++);
        } else {
          b *= out.dim(o++);
        }
      }
      blocks.add(new Block(fromIn, i, fromOut, o));
    }
    while (i < in.rank() && in.dim(i) == 1) {
      i++;
    }
    while (o < out.rank() && out.dim(o) == 1) {
      o++;
    }
    return i == in.rank() && o == out.rank() ? blocks : null;
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    if (isDynamic(op)) {
      links.keepWhole(
          links.in(0), "'" + op.name() + "' reshapes it to a size computed at run time");
      return List.of(Axes.NONE);
    }
    Shape in = op.shape(0);
    Shape out = target(op);
    List<Block> blocks = blocks(in, out);
    int[][] labels = new int[out.rank()][];
    if (blocks == null) {
      links.keepWhole(links.in(0), "'" + op.name() + "' reshapes it to a size not known here");
      return List.of(Axes.of(labels));
    }
    for (Block block : blocks) {
      int home = home(out, block);
      int[] flat = home < 0 ? null : flat(in, links.in(0), block);
      if (flat != null) {
        labels[home] = flat;
        continue;
      }
      for (int a = block.inFrom(); a < block.inTo(); a++) {
        links.keepWhole(links.in(0).get(a), "'" + op.name() + "' takes its channels apart");
      }
    }
    return List.of(Axes.of(labels));
  }

  /** The one output axis of the block that is longer than 1, or -1 if there are several. */
  private static int home(Shape out, Block block) {
    int home = -1;
    for (int a = block.outFrom(); a < block.outTo(); a++) {
      if (out.dim(a) != 1 && home >= 0) {
        return -1;
      }
      if (out.dim(a) != 1 || home < 0 && a == block.outTo() - 1) {
        home = a;
      }
    }
    return home;
  }

  /** The labels of the block's elements, row by row; null unless just one of its axes has any. */
  private static int[] flat(Shape in, Axes axes, Block block) {
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
    if (isDynamic(op)) {
      return;
    }
    int[] target = op.integers(1);
    int[] changed = target.clone();
    for (int a = 0; a < target.length; a++) {
      int[] labels = shrink.out(0).get(a);
      if (labels != null && target[a] != Shape.UNKNOWN) {
        changed[a] = shrink.kept(labels, 0, labels.length);
      }
    }
    if (!Arrays.equals(target, changed)) {
      shrink.replaceIntegers(1, changed);
    }
  }
}
