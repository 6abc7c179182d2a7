package org.espalier.graphs;

import java.util.Set;
import org.tensorflow.proto.NodeDef;

/**
 * Ops that combine two or three tensors element by element. Their axes are matched from the last
 * one backwards, and a tensor is repeated along those that it lacks.
 */
public final class Combining {
  /** By TensorFlow's names. */
  public static final Set<String> OPS =
      Set.of(
          """
          Add AddV2 Sub Mul RealDiv Div DivNoNan MulNoNan FloorDiv FloorMod Mod TruncateDiv
          TruncateMod Maximum Minimum SquaredDifference Pow Atan2 Xdivy Xlogy Xlog1py NextAfter
          Greater GreaterEqual Less LessEqual Equal NotEqual ApproximateEqual LogicalAnd LogicalOr
          Select SelectV2 ClipByValue Complex"""
              .strip()
              .split("\\s+"));

  /** What they make of zero by zero is no number. */
  private static final Set<String> DIVISIONS =
      Set.of("RealDiv", "Div", "FloorDiv", "FloorMod", "Mod", "TruncateDiv", "TruncateMod");

  /** Where constants among what they read are weights as good as any, and are trained. */
  private static final Set<String> WEIGHING =
      Set.of("Add", "AddV2", "Sub", "Mul", "Maximum", "Minimum", "SquaredDifference", "Pow");

  private Combining() {}

  /** Whether a node is one of them. */
  public static boolean isOne(NodeDef node) {
    return OPS.contains(node.getOp());
  }

  /** Whether a node divides by what it reads second, and must not read a zero there. */
  public static boolean divides(NodeDef node) {
    return DIVISIONS.contains(node.getOp());
  }

  /**
   * Whether a constant that a node reads is no weight: a limit, a divisor. Training does not change
   * it, and a mask does not make a zero of it.
   */
  public static boolean fixes(NodeDef node) {
    return isOne(node) && !WEIGHING.contains(node.getOp());
  }
}
