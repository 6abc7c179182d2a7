package org.espalier.graphs.ops.rules;

import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;

/** What products of two tensors have in common. */
final class Products {
  /** Why a sum over products cannot do with fewer of them. */
  static final String STILL_COUNTS = ", where a removed channel would not be zero";

  private Products() {}

  /**
   * Sums run over the products along two axes, which hold the same channels. One that goes must
   * have added nothing: it was zero on one side at least.
   */
  static void contract(Op op, Links links, int[] first, int[] second) {
    links.tie(first, second);
    if (!links.isSilent(0) && !links.isSilent(1)) {
      String reason = "'" + op.name() + "' sums over it" + STILL_COUNTS;
      links.keepWhole(first, reason);
      links.keepWhole(second, reason);
    }
  }
}
