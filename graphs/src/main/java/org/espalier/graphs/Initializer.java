package org.espalier.graphs;

/**
 * How fresh values of a parameter are drawn. The written form travels in the graph, so a network
 * can be initialised anew after any rewrite.
 */
public sealed interface Initializer {

  /** Every value the same. */
  record Constant(float value) implements Initializer {}

  /** N(0, std). */
  record Normal(double std) implements Initializer {}

  /**
   * N(0, sqrt(2/n)) with n = kernel area x channels: He et al., "Delving Deep into Rectifiers",
   * section 2.2, counting output channels (fan-out) or input channels (fan-in).
   */
  record He(boolean fanOut) implements Initializer {}

  /**
   * N(0, sqrt(2/(n + m))) with kernel area x input channels n and kernel area x output channels m:
   * Glorot and Bengio, "Understanding the Difficulty of Training Deep Feedforward Neural Networks",
   * section 4.2.1, from a normal distribution that is not cut off.
   */
  record Glorot() implements Initializer {}

  /** U(-1/sqrt(n), 1/sqrt(n)) with a given fan-in; what PyTorch does to a dense layer. */
  record FanInUniform() implements Initializer {}

  /** U(-bound, bound): the bias of a dense layer whose fan-in is fixed. */
  record Uniform(double bound) implements Initializer {}

  static Initializer zeros() {
    return new Constant(0f);
  }

  static Initializer ones() {
    return new Constant(1f);
  }

  /** Draws values for the shape from the stream. */
  default ShapedArray draw(Shape shape, RandomStream random) {
    float[] values = new float[Math.toIntExact(shape.elements())];
    if (this instanceof Constant c) {
      java.util.Arrays.fill(values, c.value());
    } else if (this instanceof Normal n) {
      normal(values, n.std(), random);
    } else if (this instanceof Uniform u) {
      uniform(values, u.bound(), random);
    } else {
      return wider(shape, 1).draw(shape, random); // what the shape decides is decided there
    }
    return new ShapedArray(shape, values);
  }

  /** The same for values of a shape, spread more widely by a factor; a constant stays. */
  default Initializer wider(Shape shape, double factor) {
    if (this instanceof Normal n) {
      return new Normal(factor * n.std());
    } else if (this instanceof He he) {
      long fan = fan(shape, he.fanOut() ? shape.rank() - 1 : shape.rank() - 2);
      return new Normal(factor * StrictMath.sqrt(2.0 / (double) fan));
    } else if (this instanceof Glorot) {
      long fans = fan(shape, shape.rank() - 1) + fan(shape, shape.rank() - 2);
      return new Normal(factor * StrictMath.sqrt(2.0 / (double) fans));
    } else if (this instanceof FanInUniform) {
      return new Uniform(factor / StrictMath.sqrt((double) fan(shape, shape.rank() - 2)));
    }
    return this instanceof Uniform u ? new Uniform(factor * u.bound()) : this;
  }

  /** Kernel area times the size of one channel axis. */
  private static long fan(Shape shape, int channelAxis) {
    long area = 1;
    for (int a = 0; a < shape.rank() - 2; a++) {
      area *= shape.dim(a);
    }
    return area * shape.dim(channelAxis);
  }

  private static void normal(float[] values, double std, RandomStream random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (std * random.nextGaussian());
    }
  }

  private static void uniform(float[] values, double bound, RandomStream random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (bound * (2 * random.nextDouble() - 1));
    }
  }

  /** The written form, for example {@code he-fan-out} or {@code normal(0.01)}. */
  default String text() {
    if (this instanceof Constant c) {
      return "constant(" + c.value() + ")";
    } else if (this instanceof Normal n) {
      return "normal(" + n.std() + ")";
    } else if (this instanceof He he) {
      return he.fanOut() ? "he-fan-out" : "he-fan-in";
    } else if (this instanceof Uniform u) {
      return "uniform(" + u.bound() + ")";
    }
    return this instanceof Glorot ? "glorot-normal" : "fan-in-uniform";
  }

  /** Reads what {@link #text()} writes. */
  static Initializer parse(String text) {
    switch (text) {
      case "he-fan-out":
        return new He(true);
      case "he-fan-in":
        return new He(false);
      case "glorot-normal":
        return new Glorot();
      case "fan-in-uniform":
        return new FanInUniform();
      default:
        break;
    }
    int open = text.indexOf('(');
    if (open > 0 && text.endsWith(")")) {
      try {
        double argument = Double.parseDouble(text.substring(open + 1, text.length() - 1));
        switch (text.substring(0, open)) {
          case "constant":
            return new Constant((float) argument);
          case "normal":
            return new Normal(argument);
          case "uniform":
            return new Uniform(argument);
          default:
            break;
        }
      } catch (NumberFormatException e) {
        throw new BadInputException("unknown initializer '" + text + "'", e);
      }
    }
    throw new BadInputException("unknown initializer '" + text + "'");
  }
}
