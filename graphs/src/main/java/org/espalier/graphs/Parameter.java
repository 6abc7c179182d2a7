package org.espalier.graphs;

/**
 * A named array that a network needs to run.
 *
 * @param name the name of its variable in the graph
 * @param shape in TensorFlow's layout: convolution kernels [h, w, in, out], dense kernels [in, out]
 * @param initializer how fresh values are drawn; it looks at the shape, so a pruned network starts
 *     as a network of its own size would
 */
public record Parameter(String name, Shape shape, ParameterKind kind, Initializer initializer) {
  public Parameter named(String other) {
    return new Parameter(other, shape, kind, initializer);
  }
}
