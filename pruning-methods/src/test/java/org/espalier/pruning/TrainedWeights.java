package org.espalier.pruning;

import java.util.Arrays;
import java.util.Map;
import org.espalier.framework.checks.RandomInputs;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.Predictor;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.ParameterKind;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;

/** Weights as if a training had made them, and what networks compute with them. */
final class TrainedWeights {
  private TrainedWeights() {}

  /** Fresh weights, with other batch norms, biases and scales than those that all begin with. */
  static Weights of(Network network, long seed) {
    Weights weights = network.initialise(seed);
    for (Parameter p : network.parameters()) {
      double low =
          switch (p.kind()) {
            case BN_SCALE, BN_VARIANCE, BRANCH_SCALE -> 0.5;
            case BN_OFFSET, BN_MEAN, BIAS -> -0.4;
            default -> Double.NaN;
          };
      if (!Double.isNaN(low)) {
        weights = weights.with(p.name(), drawn(p, low, seed));
      }
    }
    return weights;
  }

  private static ShapedArray drawn(Parameter p, double low, long seed) {
    RandomStream random = RandomStream.of(seed, "trained", p.name());
    float[] values = new float[(int) p.shape().elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (low + (low > 0 ? 1 : 0.8) * random.nextDouble());
    }
    return new ShapedArray(p.shape(), values);
  }

  /** Sets a random share of the filters of every convolution to zero. */
  static Weights withZeroFilters(Network network, Weights weights, double share, long seed) {
    Weights changed = weights;
    for (Parameter p : network.parameters(k -> k == ParameterKind.CONV_KERNEL)) {
      int filters = p.shape().last();
      int[] order = RandomStream.of(seed, "zeros", p.name()).permutation(filters);
      int[] gone = Arrays.copyOf(order, (int) (filters * share));
      changed = changed.with(p.name(), without(changed.get(p.name()), gone));
    }
    return changed;
  }

  /** Sets some filters of a kernel to zero. */
  static ShapedArray without(ShapedArray kernel, int... filters) {
    float[] values = kernel.values().clone();
    for (int filter : filters) {
      for (int i = filter; i < values.length; i += kernel.shape().last()) {
        values[i] = 0f;
      }
    }
    return new ShapedArray(kernel.shape(), values);
  }

  static ShapedArray logits(Model model) {
    Map<String, ShapedArray> inputs = RandomInputs.of(model.network(), 3, 11);
    try (Predictor predictor = new Predictor(model, Machine.threads(1))) {
      return predictor.outputs(inputs).values().iterator().next();
    }
  }

  /** Of what two networks compute. */
  static double error(Model found, Model expected) {
    return error(logits(found), logits(expected));
  }

  /** The largest difference, as a share of the largest value. */
  static double error(ShapedArray found, ShapedArray expected) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.values().length; i++) {
      largest = Math.max(largest, Math.abs(expected.values()[i]));
      difference = Math.max(difference, Math.abs(found.values()[i] - expected.values()[i]));
    }
    return difference / largest;
  }
}
