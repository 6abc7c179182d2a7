package org.espalier.graphs;

/** How widely fresh values of a masked kernel are spread. */
public enum FreshScale {
  /** As if nothing were masked: by the kernel's own initialiser. */
  DENSE,
  /**
   * N(0, sqrt(2/n)) with n = weights that stay / input channels, the mean number of outputs that an
   * input still reaches, so that signals keep their size: what the code of Liu et al. 2019 trains
   * sparse networks from scratch with (section 4.3 of the paper is on them). A kernel of which
   * nothing is left is zero.
   */
  DENSITY;

  /**
   * How the values of a masked kernel are drawn.
   *
   * @param kernel the input channels lie along its last axis but one
   * @param mask 0 and 1 in the kernel's shape
   */
  Initializer of(Parameter kernel, ShapedArray mask) {
    if (this == DENSE || !kernel.kind().isKernel()) {
      return kernel.initializer();
    }
    long left = 0;
    for (float m : mask.values()) {
      left += m == 0f ? 0 : 1;
    }
    double n = (double) left / kernel.shape().dim(kernel.shape().rank() - 2);
    return left == 0 ? Initializer.zeros() : new Initializer.Normal(StrictMath.sqrt(2 / n));
  }
}
