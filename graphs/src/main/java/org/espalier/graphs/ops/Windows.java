package org.espalier.graphs.ops;

import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;

/** The arithmetic of sliding windows, shared by convolutions and pools. */
final class Windows {
  private Windows() {}

  /** Rows (and columns) out of a window of the given size. */
  static int out(Op op, int size, int window, int stride) {
    if (size == Shape.UNKNOWN) {
      return Shape.UNKNOWN;
    }
    String padding = Attributes.text(op.node(), "padding", "VALID");
    int out =
        switch (padding) {
          case "SAME" -> (size + stride - 1) / stride;
          case "VALID" -> (size - window + stride) / stride;
          default -> throw op.bad("has padding " + padding + "; expected SAME or VALID");
        };
    if (out < 1) {
      throw op.bad("has a window of " + window + " on an input of " + size);
    }
    return out;
  }

  /** The image shape that a window of rows x columns makes of the input, channels unchanged. */
  static Shape slide(Op op, Shape in, int rows, int columns) {
    int[] strides = Attributes.numbers(op.node(), "strides");
    int r = op.rowAxis();
    return in.with(r, out(op, in.dim(r), rows, strides[r]))
        .with(r + 1, out(op, in.dim(r + 1), columns, strides[r + 1]));
  }
}
