package org.espalier.pruning.weights;

import org.espalier.graphs.ParameterKind;

/** Which kernels lose weights. Biases and batch norm never do. */
public enum KernelKind {
  /**
   * Those of convolutions, the stem and projections among them: what Liu et al. 2019 prune (section
   * 4.3).
   */
  CONV,
  /** Those of dense layers too. */
  ALL;

  boolean includes(ParameterKind kind) {
    return kind.isKernel() && (this == ALL || kind != ParameterKind.DENSE_KERNEL);
  }
}
