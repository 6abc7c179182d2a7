package org.espalier.graphs.architectures;

import org.espalier.graphs.Shape;

/** A tensor of a network that is being written: its name and its shape. */
record Value(String ref, Shape shape) {
  int rows() {
    return shape.dim(1);
  }

  int columns() {
    return shape.dim(2);
  }

  int channels() {
    return shape.last();
  }
}
