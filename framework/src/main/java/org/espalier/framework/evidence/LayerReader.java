package org.espalier.framework.evidence;

import java.util.Optional;
import org.espalier.graphs.Weights;
import org.espalier.graphs.channels.Member;

/**
 * A convolution or dense layer that reads channels of a group. Its kernel, as a matrix, has a row
 * for each value of an input patch and a column for each output: [rows * columns * in, out].
 *
 * @param member the axis of its kernel that lies along the group's channels
 * @param inputs where the patches that it reads are seen
 * @param outputs where what it makes is seen: before bias, batch norm and activation
 * @param intercept what can take up a number that is added to each output, if anything can
 * @param shortcut what its outputs are added to, if it ends a residual branch
 */
public record LayerReader(
    Member member,
    Look inputs,
    Look outputs,
    Optional<Intercept> intercept,
    Optional<Shortcut> shortcut) {

  /**
   * A vector that moves each output of a layer by a number.
   *
   * @param parameter the bias that is added, or the moving mean that is subtracted
   * @param subtracted whether it is subtracted
   */
  public record Intercept(String parameter, boolean subtracted) {}

  /**
   * The trunk that a layer's outputs are added to.
   *
   * @param trunk where it is seen, at the places of the layer's outputs
   * @param norm the batch norm between them, if there is one
   */
  public record Shortcut(Look trunk, Optional<Norm> norm) {

    /** How much of the sum is made by a change of each output by one, [outputs]. */
    public double[] factors(Weights weights, int outputs) {
      double[] factors = new double[outputs];
      for (int o = 0; o < outputs; o++) {
        int output = o;
        factors[o] = norm.map(n -> n.factor(weights, output)).orElse(1.0);
      }
      return factors;
    }
  }

  /** The parameters of a batch norm that say how much it stretches. */
  public record Norm(String scale, String variance, float epsilon) {
    double factor(Weights weights, int output) {
      double deviation = Math.sqrt((double) weights.get(variance).values()[output] + epsilon);
      return weights.get(scale).values()[output] / deviation;
    }
  }

  /** The name of its kernel. */
  public String kernel() {
    return member.parameter().name();
  }

  /** Rows of its kernel as a matrix: values of a patch. */
  public int patchSize() {
    return (int) (member.parameter().shape().elements() / outputCount());
  }

  /** Columns of its kernel as a matrix. */
  public int outputCount() {
    return member.parameter().shape().last();
  }

  /** For each value of a patch, the group's channel that it belongs to, or -1. */
  public int[] channelAt() {
    int[] at = new int[patchSize()];
    int in = member.channelAt().length;
    for (int i = 0; i < at.length; i++) {
      at[i] = member.channelAt()[i % in];
    }
    return at;
  }
}
