package org.espalier.graphs.ops.rules;

import java.util.Arrays;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Op;

/** The arithmetic of sliding windows, shared by convolutions and pools. */
final class Windows {
  private Windows() {}

  /** Rows (and columns) out of a window of the given size. */
  private static int out(Op op, int axis, int size, int window, int stride) {
    if (Shape.isOpen(size) || window == Shape.UNKNOWN) {
      return Shape.UNKNOWN;
    }
    if (stride < 1 || window < 1) {
      throw op.bad("has a window of " + window + " and a stride of " + stride);
    }
    String padding = Attributes.text(op.node(), "padding", "VALID");
    long out =
        switch (padding) {
          case "SAME" -> ((long) size + stride - 1) / stride;
          case "VALID" -> ((long) size - window + stride) / stride;
          case "EXPLICIT" -> ((long) size + padded(op, axis) - window + stride) / stride;
          default -> throw op.bad("has padding " + padding + "; expected SAME, VALID or EXPLICIT");
        };
    if (out < 1) {
      throw op.bad("has a window of " + window + " on an input of " + size);
    }
    return Math.toIntExact(out);
  }

  /** Pixels added before and after, along an axis. */
  private static int padded(Op op, int axis) {
    int[] paddings = Attributes.numbers(op.node(), "explicit_paddings");
    if (paddings.length != 8) {
      throw op.bad("has " + paddings.length + " explicit paddings; expected 8");
    }
    return Math.addExact(paddings[2 * axis], paddings[2 * axis + 1]);
  }

  /** The shape that a window makes of images or volumes, channels unchanged. */
  static Shape slide(Op op, Shape in, int[] window) {
    return slide(op, in, window, Attributes.numbers(op.node(), "strides"));
  }

  /**
   * The same.
   *
   * @param window its size along each of the axes that are no batch and no channels
   */
  static Shape slide(Op op, Shape in, int[] window, int[] strides) {
    Shape out = in;
    for (int i = 0; i < window.length; i++) {
      int axis = op.rowAxis() + i;
      out = out.with(axis, out(op, axis, in.dim(axis), window[i], strides[axis]));
    }
    return out;
  }

  /** The window of a kernel, whose first axes it is. */
  static int[] ofKernel(Op op, Shape kernel) {
    int[] window = new int[op.imageRank() - 2];
    Arrays.setAll(window, i -> dilated(op, kernel.dim(i), op.rowAxis() + i));
    return window;
  }

  /** The size of a window whose elements lie apart. */
  private static int dilated(Op op, int size, int axis) {
    int[] dilations = Attributes.numbers(op.node(), "dilations");
    return axis < dilations.length && !Shape.isOpen(size)
        ? Math.addExact(Math.multiplyExact(size - 1, dilations[axis]), 1)
        : size;
  }
}
