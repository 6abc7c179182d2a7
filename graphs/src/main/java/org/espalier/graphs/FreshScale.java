package org.espalier.graphs;

/** How widely fresh values of a masked kernel are spread. */
public enum FreshScale {
  /** As if nothing were masked: by the kernel's own initialiser. */
  DENSE,
  /**
   * So that signals keep their size. Of convolutions N(0, sqrt(2/n)) with n = weights that stay /
   * input channels, the mean number of outputs that an input still reaches: what the code of Liu et
   * al. 2019 trains sparse networks from scratch with (section 4.3 of the paper is on them). It
   * masks no dense layers; those keep their own initialiser, divided by the square root of the
   * share that is left: by outputs, a layer of many inputs and few outputs would begin far too
   * wide. A kernel of which nothing is left is zero.
   */
  DENSITY;

  /**
   * How the values of a masked kernel are drawn.
   *
   * @param inputAxis of the kernel, along which the input channels lie
   * @param mask 0 and 1 in the kernel's shape
   */
  Initializer of(Parameter kernel, int inputAxis, ShapedArray mask) {
    if (this == DENSE || !kernel.kind().isKernel()) {
      return kernel.initializer();
    }
    long left = 0;
    for (float m : mask.values()) {
      left += m == 0f ? 0 : 1;
    }
    if (left == 0) {
      return Initializer.zeros();
    }
    if (kernel.kind() == ParameterKind.DENSE_KERNEL) {
      double share = (double) left / mask.values().length;
      return kernel.initializer().wider(kernel.shape(), 1 / StrictMath.sqrt(share));
    }
    double n = (double) left / kernel.shape().dim(inputAxis);
    return new Initializer.Normal(StrictMath.sqrt(2 / n));
  }
}
