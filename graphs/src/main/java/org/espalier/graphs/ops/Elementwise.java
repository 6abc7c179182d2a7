package org.espalier.graphs.ops;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;

/** Ops of one tensor that leave every element in its place. */
final class Elementwise implements OpRule {
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
  public List<TensorFacts> infer(Op op) {
    return List.of(op.inputs().get(0));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    return List.of(links.in(0));
  }

  @Override
  public Work work(Op op) {
    return op.node().getOp().equals("Relu") ? new Work(0, op.shape(0).elements()) : Work.NONE;
  }
}
