package org.espalier.graphs.architectures;

import org.espalier.graphs.Initializer;

/**
 * What all layers of one network have in common.
 *
 * @param kernel how the kernels of convolutions start
 * @param biased whether convolutions add a bias; it starts at zero
 * @param scale what the scales of batch norm start from
 * @param countsRectifiers whether the reference counts rectifiers, which it does where they are
 *     modules and not functions
 */
record Style(Initializer kernel, boolean biased, float scale, boolean countsRectifiers) {
  /** He fan-out, no biases, scales of one: most networks with batch norm. */
  static final Style PLAIN = new Style(new Initializer.He(true), false, 1f, true);

  Style withKernel(Initializer initializer) {
    return new Style(initializer, biased, scale, countsRectifiers);
  }

  Style withBiases() {
    return new Style(kernel, true, scale, countsRectifiers);
  }

  Style withScale(float start) {
    return new Style(kernel, biased, start, countsRectifiers);
  }

  Style withUncountedRectifiers() {
    return new Style(kernel, biased, scale, false);
  }
}
