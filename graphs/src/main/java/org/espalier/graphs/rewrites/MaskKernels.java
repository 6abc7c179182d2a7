package org.espalier.graphs.rewrites;

import org.espalier.graphs.GraphRewrite;
import org.espalier.graphs.Network;
import org.espalier.graphs.Rewritten;

/** {@link InsertMasks} on every convolution and dense kernel, masks of ones. */
public final class MaskKernels implements GraphRewrite {
  @Override
  public String name() {
    return "insert-masks";
  }

  @Override
  public String description() {
    return "every convolution and dense kernel is read through a mask of its own, of ones at first";
  }

  @Override
  public Rewritten apply(Network network) {
    return InsertMasks.onKernels(network).apply(network);
  }
}
