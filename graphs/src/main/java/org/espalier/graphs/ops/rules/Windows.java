package org.espalier.graphs.ops.rules;

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

  /** The image shape that a window of rows x columns makes of the input, channels unchanged. */
  static Shape slide(Op op, Shape in, int rows, int columns) {
    return slide(op, in, rows, columns, Attributes.numbers(op.node(), "strides"));
  }

  static Shape slide(Op op, Shape in, int rows, int columns, int[] strides) {
    int r = op.rowAxis();
    return in.with(r, out(op, r, in.dim(r), rows, strides[r]))
        .with(r + 1, out(op, r + 1, in.dim(r + 1), columns, strides[r + 1]));
  }

  /** The size of a window whose elements lie apart. */
  static int dilated(Op op, int size, int axis) {
    int[] dilations = Attributes.numbers(op.node(), "dilations");
    return dilations.length == 4 && !Shape.isOpen(size)
        ? Math.addExact(Math.multiplyExact(size - 1, dilations[axis]), 1)
        : size;
  }
}
