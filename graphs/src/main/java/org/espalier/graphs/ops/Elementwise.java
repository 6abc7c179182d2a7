package org.espalier.graphs.ops;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Ops of one tensor that leave every element in its place. */
final class Elementwise implements OpRule {
  /** Ops that leave every value as it is. */
  private static final Set<String> PASSING =
      Set.of("Identity", "StopGradient", "PreventGradient", "Snapshot");

  @Inject
  Elementwise() {}

  @Override
  public Set<String> ops() {
    return Set.of(
        "Identity",
        "ReadVariableOp",
        "StopGradient",
        "PreventGradient",
        "Snapshot",
        "Cast",
        "Relu",
        "Relu6",
        "LeakyRelu",
        "Elu",
        "Selu",
        "Sigmoid",
        "Tanh",
        "Softplus",
        "Softsign",
        "Exp",
        "Log",
        "Log1p",
        "Neg",
        "Abs",
        "Square",
        "Sqrt",
        "Rsqrt",
        "Reciprocal",
        "Erf");
  }

  @Override
  public boolean needsRanks() {
    return false;
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    TensorFacts in = op.input(0);
    boolean same = PASSING.contains(op.node().getOp());
    return List.of(same ? in : new TensorFacts(in.shape(), Optional.empty()));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    return List.of(links.in(0));
  }

  @Override
  public Work work(Op op) {
    return op.node().getOp().equals("Relu") && op.isRanked()
        ? new Work(0, op.shape(0).elements())
        : Work.NONE;
  }
}
