package org.espalier.graphs.architectures;

import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;
import org.espalier.graphs.architectures.LayerGraph.Attrs;

/** Writes what makes an image smaller, or larger by zeros, without any parameter. */
final class Pools {
  private final LayerGraph graph;

  Pools(LayerGraph graph) {
    this.graph = graph;
  }

  /** Zeros around the image. */
  Value pad(Value in, String name, int around) {
    return pad(in, name, 0, 0, around, around, around, around, 0, 0);
  }

  /** Zeros before and after, axis by axis. */
  Value pad(Value in, String name, int... paddings) {
    String amounts = graph.constant(name + "/amounts", Shape.of(4, 2), paddings);
    String ref = graph.node("Pad", name, Attrs.ofFloat().withInt("Tpaddings"), in.ref(), amounts);
    Shape shape = in.shape();
    for (int a = 1; a < 4; a++) {
      shape = shape.with(a, shape.dim(a) + paddings[2 * a] + paddings[2 * a + 1]);
    }
    return new Value(ref, shape);
  }

  /** Keeps the largest of each window; windows do not overlap. */
  Value max(Value in, String name, int size) {
    return max(in, name, size, size);
  }

  /** Keeps the largest of each window, without padding. */
  Value max(Value in, String name, int size, int stride) {
    int rows = (in.rows() - size + stride) / stride;
    int columns = (in.columns() - size + stride) / stride;
    return pool("MaxPool", in, name, size, stride, "VALID", true, rows, columns);
  }

  /** Averages each window; at an odd edge, over what is there. */
  Value average(Value in, String name, int size, boolean counted) {
    return average(in, name, size, size, counted);
  }

  /** Every so many pixels, the first included: an average over one pixel. */
  Value subsample(Value in, String name, int stride) {
    return average(in, name, 1, stride, true);
  }

  private Value average(Value in, String name, int size, int stride, boolean counted) {
    int rows = (in.rows() + stride - 1) / stride;
    int columns = (in.columns() + stride - 1) / stride;
    return pool("AvgPool", in, name, size, stride, "SAME", counted, rows, columns);
  }

  private Value pool(
      String op,
      Value in,
      String name,
      int size,
      int stride,
      String padding,
      boolean counted,
      int rows,
      int columns) {
    Layers.checkLeft(rows, columns, name);
    String ref =
        graph.node(
            op,
            name,
            Attrs.ofFloat()
                .with("ksize", Attributes.numbers(1, size, size, 1))
                .with("strides", Attributes.numbers(1, stride, stride, 1))
                .with("padding", Attributes.text(padding))
                .withImages()
                .counted(counted),
            in.ref());
    return new Value(ref, Shape.of(Shape.UNKNOWN, rows, columns, in.channels()));
  }

  /** The mean over rows and columns: [batch, channels]. */
  Value globalAverage(Value in, String name, boolean counted) {
    String axes = graph.constant(name + "/axes", Shape.of(2), 1, 2);
    String ref =
        graph.node(
            "Mean",
            name,
            Attrs.ofFloat().withInt("Tidx").withFlag("keep_dims", false).counted(counted),
            in.ref(),
            axes);
    return new Value(ref, Shape.of(Shape.UNKNOWN, in.channels()));
  }
}
