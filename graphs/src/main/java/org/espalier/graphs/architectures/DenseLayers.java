package org.espalier.graphs.architectures;

import org.espalier.graphs.Attributes;
import org.espalier.graphs.Initializer;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.Shape;
import org.espalier.graphs.UsageException;
import org.espalier.graphs.architectures.LayerGraph.Attrs;

/** Writes layers of vectors: [batch, channels]. */
final class DenseLayers {
  private final LayerGraph graph;
  private final Layers layers;

  DenseLayers(LayerGraph graph, Layers layers) {
    this.graph = graph;
    this.layers = layers;
  }

  /** Every pixel of every channel of an image, in one row. */
  Value flatten(Value image, String name) {
    long size = (long) image.rows() * image.columns() * image.channels();
    if (size > Integer.MAX_VALUE) {
      throw new UsageException("the input is too large: '" + name + "' has " + size + " values");
    }
    String target = graph.constant(name + "/shape", Shape.of(2), Shape.UNKNOWN, (int) size);
    String ref =
        graph.node("Reshape", name, Attrs.ofFloat().withInt("Tshape"), image.ref(), target);
    return new Value(ref, Shape.of(Shape.UNKNOWN, (int) size));
  }

  /** A dense layer with a bias. */
  Value layer(Value in, String name, int out, Initializer kernel, Initializer bias) {
    String product =
        graph.node(
            "MatMul",
            name,
            Attrs.ofFloat().withFlag("transpose_a", false).withFlag("transpose_b", false),
            in.ref(),
            graph.parameter(
                name + "/kernel", ParameterKind.DENSE_KERNEL, kernel, in.channels(), out));
    return graph.biasAdd(new Value(product, Shape.of(Shape.UNKNOWN, out)), name, bias);
  }

  /** The last layer as PyTorch 0.3 initialises it where nobody says otherwise. */
  Value classifier(Value in, int classes) {
    return layer(
        in,
        "dense",
        classes,
        new Initializer.FanInUniform(),
        new Initializer.Uniform(1 / StrictMath.sqrt(in.channels())));
  }

  /** Batch norm over the batch only. The reference does not count it. */
  Value batchNorm(Value in, String name, Initializer scale) {
    Value image = expand(expand(in, name + "/rows"), name + "/columns");
    Value normed = layers.batchNorm(image, name, scale, false);
    String ref =
        graph.node(
            "Squeeze",
            name + "/flat",
            Attrs.ofFloat().with("squeeze_dims", Attributes.numbers(1, 2)),
            normed.ref());
    return new Value(ref, in.shape());
  }

  private Value expand(Value in, String name) {
    String axis = graph.constant(name + "/axis", Shape.of(), 1);
    String ref = graph.node("ExpandDims", name, Attrs.ofFloat().withInt("Tdim"), in.ref(), axis);
    int[] dims = in.shape().toArray();
    int[] expanded = new int[dims.length + 1];
    expanded[0] = dims[0];
    expanded[1] = 1;
    System.arraycopy(dims, 1, expanded, 2, dims.length - 1);
    return new Value(ref, Shape.of(expanded));
  }
}
