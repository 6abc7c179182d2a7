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

  /** Keeps the largest of each window, without padding. */
  Value max(Value in, String name, int size) {
    return pool("MaxPool", in, name, size, "VALID", true);
  }

  /** Averages each window; at an odd edge, over what is there. */
  Value average(Value in, String name, int size, boolean counted) {
    return pool("AvgPool", in, name, size, "SAME", counted);
  }

  private Value pool(String op, Value in, String name, int size, String padding, boolean counted) {
    String ref =
        graph.node(
            op,
            name,
            Attrs.ofFloat()
                .with("ksize", Attributes.numbers(1, size, size, 1))
                .with("strides", Attributes.numbers(1, size, size, 1))
                .with("padding", Attributes.text(padding))
                .withImages()
                .counted(counted),
            in.ref());
    int up = padding.equals("SAME") ? size - 1 : 0;
    int rows = (in.rows() + up) / size;
    int columns = (in.columns() + up) / size;
    Layers.checkLeft(rows, columns, name);
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
