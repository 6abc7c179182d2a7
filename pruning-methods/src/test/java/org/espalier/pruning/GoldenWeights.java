package org.espalier.pruning;

import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;

/** The weights that the framework's oracle, make_golden.py, gives its networks. */
final class GoldenWeights {
  private static final long SEED = 7;

  private GoldenWeights() {}

  static Weights of(Network network) {
    Map<String, ShapedArray> arrays = new LinkedHashMap<>();
    for (Parameter p : network.parameters()) {
      RandomStream stream = RandomStream.of(SEED, "golden", p.name());
      float[] values = new float[Math.toIntExact(p.shape().elements())];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) value(p, stream.nextDouble());
      }
      arrays.put(p.name(), new ShapedArray(p.shape(), values));
    }
    return Weights.of(arrays);
  }

  private static double value(Parameter p, double u) {
    return switch (p.kind()) {
      case CONV_KERNEL, DENSE_KERNEL -> {
        double fanIn = (double) p.shape().elements() / p.shape().last();
        yield Math.sqrt(6 / fanIn) * (2 * u - 1);
      }
      case BIAS, BN_OFFSET, BN_MEAN -> 0.2 * (u - 0.5);
      case BN_SCALE, BN_VARIANCE -> {
        boolean endOfBlock = p.name().matches("stage.*conv2/bn/scale");
        yield (0.5 + u) * (endOfBlock ? 0.25 : 1);
      }
      default -> throw new IllegalArgumentException(p.name());
    };
  }
}
