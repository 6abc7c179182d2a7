package org.espalier.framework.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.graphs.Network;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.RandomStream;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.Weights;

/**
 * The weights and images of the golden fixtures, by the rule that {@code make_golden.py} states.
 */
public final class GoldenWeights {
  private static final long SEED = 7;

  private GoldenWeights() {}

  public static JsonNode fixture(String name) {
    String path = "/org/espalier/framework/golden/" + name + ".json";
    try (InputStream in = GoldenWeights.class.getResourceAsStream(path)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Weights of(Network network) {
    Map<String, ShapedArray> weights = new LinkedHashMap<>();
    network.parameters().forEach(p -> weights.put(p.name(), weight(p)));
    return Weights.of(weights);
  }

  private static ShapedArray weight(Parameter p) {
    String name = p.name();
    Shape shape = p.shape();
    RandomStream random = RandomStream.of(SEED, "golden", name);
    double fanIn = (double) shape.elements() / shape.last();
    boolean damped = name.startsWith("stage") && name.endsWith("conv2/bn/scale");
    float[] values = new float[(int) shape.elements()];
    for (int i = 0; i < values.length; i++) {
      double u = random.nextDouble();
      values[i] =
          (float)
              switch (p.kind()) {
                case CONV_KERNEL, DENSE_KERNEL -> Math.sqrt(6 / fanIn) * (2 * u - 1);
                case BIAS, BN_OFFSET, BN_MEAN -> 0.2 * (u - 0.5);
                case BN_SCALE, BN_VARIANCE -> (0.5 + u) * (damped ? 0.25 : 1);
                default -> throw new IllegalArgumentException(name);
              };
    }
    return new ShapedArray(shape, values);
  }

  public static ShapedArray images(String name, JsonNode shape) {
    int[] dims = ints(shape);
    RandomStream random = RandomStream.of(SEED, "golden", name);
    float[] values = new float[(int) Shape.of(dims).elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (2 * random.nextDouble() - 1);
    }
    return new ShapedArray(Shape.of(dims), values);
  }

  public static int[] ints(JsonNode list) {
    int[] ints = new int[list.size()];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = list.get(i).intValue();
    }
    return ints;
  }

  /** The sum of all values. */
  public static double checksum(Weights weights) {
    double sum = 0;
    for (ShapedArray array : weights.asMap().values()) {
      double own = 0;
      for (float v : array.values()) {
        own += v;
      }
      sum += own;
    }
    return sum;
  }

  /** A list of lists as one array. */
  public static ShapedArray matrix(JsonNode rows) {
    int columns = rows.get(0).size();
    float[] values = new float[rows.size() * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows.get(i / columns).get(i % columns).doubleValue();
    }
    return new ShapedArray(Shape.of(rows.size(), columns), values);
  }
}
