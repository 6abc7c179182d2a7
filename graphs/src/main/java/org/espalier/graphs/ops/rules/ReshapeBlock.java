package org.espalier.graphs.ops.rules;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.espalier.graphs.Shape;

/** Axes {@code [inFrom, inTo)} of one shape hold what {@code [outFrom, outTo)} of another do. */
record ReshapeBlock(int inFrom, int inTo, int outFrom, int outTo) {

  /**
   * Pairs the axes of two shapes of equally many elements, from both ends towards the middle, in
   * blocks as small as can be. Sizes that are not known end up in one block in the middle.
   */
  static List<ReshapeBlock> of(Shape in, Shape out) {
    List<ReshapeBlock> left = new ArrayList<>();
    int i = 0;
    int o = 0;
    for (int[] next = step(in, out, i, o, 1); next != null; next = step(in, out, i, o, 1)) {
      left.add(new ReshapeBlock(i, next[0], o, next[1]));
      i = next[0];
      o = next[1];
    }
    List<ReshapeBlock> right = new ArrayList<>();
    int iEnd = in.rank();
    int oEnd = out.rank();
    while (iEnd > i && oEnd > o) {
      int[] next = step(in, out, iEnd - 1, oEnd - 1, -1);
      if (next == null || next[0] < i - 1 || next[1] < o - 1) {
        break;
      }
      right.add(new ReshapeBlock(next[0] + 1, iEnd, next[1] + 1, oEnd));
      iEnd = next[0] + 1;
      oEnd = next[1] + 1;
    }
    if (i < iEnd || o < oEnd) {
      left.add(new ReshapeBlock(i, iEnd, o, oEnd));
    }
    Collections.reverse(right);
    left.addAll(right);
    return left;
  }

  /**
   * Walks from one axis of each shape in one direction until as many elements were met in both.
   * Returns where the next block begins, or null if an unknown size or the end is in the way.
   */
  private static int[] step(Shape in, Shape out, int i, int o, int direction) {
    if (!has(in, i) || !has(out, o)) {
      return null;
    }
    if (Shape.isBatch(in.dim(i)) && in.dim(i) == out.dim(o)) {
      return new int[] {i + direction, o + direction};
    }
    long a = in.dim(i);
    long b = out.dim(o);
    while (a >= 0 && b >= 0 && a != b) {
      if (a < b) {
        i += direction;
        a = has(in, i) && in.dim(i) >= 0 ? times(a, in.dim(i)) : -1;
      } else {
        o += direction;
        b = has(out, o) && out.dim(o) >= 0 ? times(b, out.dim(o)) : -1;
      }
    }
    return a < 0 || b < 0 ? null : new int[] {i + direction, o + direction};
  }

  /** The product, or -1 if one is not known or it is too large for any tensor. */
  private static long times(long elements, int size) {
    return elements < 0 || Math.multiplyHigh(elements, size) != 0 || elements * size < 0
        ? -1
        : elements * size;
  }

  private static boolean has(Shape shape, int axis) {
    return axis >= 0 && axis < shape.rank();
  }

  /** Whether all sizes of the block are known, on both sides, and hold equally many elements. */
  boolean isKnown(Shape in, Shape out) {
    long a = elements(in, inFrom, inTo);
    return a >= 0 && a <= Integer.MAX_VALUE && a == elements(out, outFrom, outTo);
  }

  private static long elements(Shape shape, int from, int to) {
    long n = 1;
    for (int a = from; a < to; a++) {
      if (Shape.isOpen(shape.dim(a))) {
        return -1;
      }
      n = times(n, shape.dim(a));
    }
    return n;
  }
}
