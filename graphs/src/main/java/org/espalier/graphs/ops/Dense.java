package org.espalier.graphs.ops;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;

/** MatMul. The contracted axes hold the same channels. */
final class Dense implements OpRule {
  @Inject
  Dense() {}

  @Override
  public Set<String> ops() {
    return Set.of("MatMul");
  }

  private static int contracted(Op op, int input) {
    boolean transposed =
        Attributes.flag(op.node(), input == 0 ? "transpose_a" : "transpose_b", false);
    return (input == 0) == transposed ? 0 : 1;
  }

  @Override
  public boolean needsRanks() {
    return false;
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    Shape a = op.shape(0, 2);
    Shape b = op.shape(1, 2);
    int inA = a.dim(contracted(op, 0));
    int inB = b.dim(contracted(op, 1));
    if (inA != inB && inA != Shape.UNKNOWN && inB != Shape.UNKNOWN) {
      throw op.bad("cannot multiply " + a + " by " + b);
    }
    return List.of(
        TensorFacts.of(Shape.of(a.dim(1 - contracted(op, 0)), b.dim(1 - contracted(op, 1)))));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    Axes a = links.in(0);
    Axes b = links.in(1);
    links.tie(a.get(contracted(op, 0)), b.get(contracted(op, 1)));
    return List.of(Axes.of(a.get(1 - contracted(op, 0)), b.get(1 - contracted(op, 1))));
  }

  @Override
  public Work work(Op op) {
    long macs = op.shape(1, 2).elements();
    return new Work(macs, 2 * macs);
  }
}
