package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.TensorFacts;
import org.espalier.graphs.ops.Work;

/** Ops of one tensor that leave every element in its place. */
final class Elementwise implements OpRule {
  /** What they make of zero is no number, and a silent channel is zero. */
  private static final Set<String> NOT_OF_ZERO =
      Set.of(
          """
          Reciprocal Inv Rsqrt Log Lgamma Digamma Ndtri Expint BesselK0 BesselK0e BesselK1 BesselK1e
          BesselY0 BesselY1"""
              .strip()
              .split("\\s+"));

  @Inject
  Elementwise() {}

  @Override
  public Set<String> ops() {
    return Set.of(
        """
        Identity ReadVariableOp StopGradient PreventGradient Snapshot CheckNumerics EnsureShape Cast
        ZerosLike OnesLike Relu Relu6 LeakyRelu Elu Selu Sigmoid Tanh Softplus Softsign Exp Expm1 Log
        Log1p Neg Abs Sign Square Sqrt Rsqrt Reciprocal Inv Erf Erfc Sin Cos Tan Asin Acos Atan Sinh
        Cosh Asinh Acosh Atanh Floor Ceil Round Rint LogicalNot IsNan IsInf IsFinite
        Digamma Lgamma BesselI0 BesselI0e BesselI1 BesselI1e BesselJ0 BesselJ1 BesselK0 BesselK0e
        BesselK1 BesselK1e BesselY0 BesselY1 Ndtri Expint Dawsn Spence FresnelCos FresnelSin Bucketize
        Real Imag Conj Angle ComplexAbs"""
            .strip()
            .split("\\s+"));
  }

  @Override
  public boolean applies(Op op) {
    return true;
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    return List.of(new TensorFacts(op.input(0).shape(), Optional.empty()));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    if (NOT_OF_ZERO.contains(op.node().getOp()) && links.isSilent(0)) {
      links.keepWhole(links.in(0), "'" + op.name() + "' of a removed channel is no number");
    }
    return List.of(links.in(0));
  }

  @Override
  public Work work(Op op) {
    return op.node().getOp().equals("Relu") && op.isRanked()
        ? new Work(0, op.shape(0).elements())
        : Work.NONE;
  }
}
