package org.espalier.framework.evidence;

import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;
import org.tensorflow.proto.NodeDef;

/**
 * What of a tensor is seen at one place: the patch that a kernel reads there, or a single point.
 *
 * @param layout of the tensor
 */
public record Window(Axis rows, Axis columns, Layout layout) {
  /** How a tensor lies. */
  public enum Layout {
    /** [images, rows, columns, channels]. */
    CHANNELS_LAST,
    /** [images, channels, rows, columns]. */
    CHANNELS_FIRST,
    /** [..., channels]: all but the last axis are places, the images' first. */
    VECTORS
  }

  /**
   * Along rows or along columns.
   *
   * @param size of the patch
   * @param stride from one place to the next
   * @param dilation from one row of the patch to the next
   * @param padding zeros before the first row; or {@link #SHARED}
   */
  public record Axis(int size, int stride, int dilation, int padding) {
    /** As many zeros as are needed, shared out before and behind: padding SAME. */
    static final int SHARED = -1;

    static final Axis POINT = new Axis(1, 1, 1, 0);

    /**
     * Zeros before the first row.
     *
     * @param in rows of what is read
     * @param out rows of what the layer makes
     */
    int before(int in, int out) {
      return padding == SHARED ? Math.max(0, reach(out) - in) / 2 : padding;
    }

    /** Zeros behind the last row, as many as are read. */
    int behind(int in, int out) {
      return Math.max(0, reach(out) - in - before(in, out));
    }

    private int reach(int out) {
      return (out - 1) * stride + (size - 1) * dilation + 1;
    }
  }

  /** A single point. */
  static Window point(Layout layout) {
    return new Window(Axis.POINT, Axis.POINT, layout);
  }

  /**
   * What a convolution reads.
   *
   * @param kernel [rows, columns, in, out]
   */
  static Window of(NodeDef convolution, Shape kernel) {
    boolean first = Attributes.text(convolution, "data_format", "NHWC").equals("NCHW");
    int row = first ? 2 : 1;
    return new Window(
        axis(convolution, kernel.dim(0), row),
        axis(convolution, kernel.dim(1), row + 1),
        first ? Layout.CHANNELS_FIRST : Layout.CHANNELS_LAST);
  }

  private static Axis axis(NodeDef convolution, int size, int axis) {
    int padding =
        switch (Attributes.text(convolution, "padding", "VALID")) {
          case "SAME" -> Axis.SHARED;
          case "EXPLICIT" -> Attributes.numbers(convolution, "explicit_paddings")[2 * axis];
          default -> 0;
        };
    return new Axis(
        size,
        at(Attributes.numbers(convolution, "strides"), axis),
        at(Attributes.numbers(convolution, "dilations"), axis),
        padding);
  }

  /** One where a graph leaves it out. */
  private static int at(int[] each, int axis) {
    return each.length > axis ? each[axis] : 1;
  }

  boolean isPoint() {
    return rows.equals(Axis.POINT) && columns.equals(Axis.POINT);
  }

  /** Values of each channel. */
  int size() {
    return rows.size() * columns.size();
  }
}
