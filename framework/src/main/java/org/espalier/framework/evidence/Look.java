package org.espalier.framework.evidence;

import org.espalier.graphs.TensorRef;

/**
 * Where a sample is to be looked at: a tensor, at places of the feature map that a layer makes.
 *
 * @param tensor what is seen
 * @param window how much of it, at one place
 * @param map the tensor whose rows and columns are the places: what the layer makes
 */
public record Look(TensorRef tensor, Window window, TensorRef map) {
  /** The values of a tensor at its own places. */
  static Look at(TensorRef tensor, Window.Layout layout) {
    return new Look(tensor, Window.point(layout), tensor);
  }
}
