package org.espalier.graphs;

import java.nio.charset.StandardCharsets;

/**
 * A named stream of random numbers. The same seed and name give the same numbers on every machine
 * and every Java: the generator (SplitMix64) and the normal distribution (polar method, StrictMath)
 * are written out here because the JDK promises neither across versions.
 *
 * <p>Streams of different names are independent, so drawing more numbers in one place changes
 * nothing elsewhere.
 */
public final class RandomStream {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long state;
  private double spareGaussian = Double.NaN;

  private RandomStream(long state) {
    this.state = state;
  }

  /** The root stream of a seed. */
  public static RandomStream root(long seed) {
    return new RandomStream(mix(seed + GOLDEN_GAMMA));
  }

  /** A stream of its own; does not depend on how many numbers were drawn from this one. */
  public static RandomStream of(long seed, String... path) {
    long hash = mix(seed + GOLDEN_GAMMA);
    for (String name : path) {
      for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
        hash = mix(hash ^ (b & 0xff)) + GOLDEN_GAMMA;
      }
      hash = mix(hash ^ 0x5bd1e995L);
    }
    return new RandomStream(hash);
  }

  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** Uniform in [0, bound), without bias. */
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound must be positive, found " + bound);
    }
    long bits;
    long value;
    do {
      bits = nextLong() >>> 1;
      value = bits % bound;
    } while (bits - value + (bound - 1) < 0);
    return (int) value;
  }

  /** Uniform in [0, 1). */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  public boolean nextBoolean() {
    return nextLong() < 0;
  }

  /** Standard normal. */
  public double nextGaussian() {
    if (!Double.isNaN(spareGaussian)) {
      double spare = spareGaussian;
      spareGaussian = Double.NaN;
      return spare;
    }
    double u;
    double v;
    double s;
    do {
      u = 2 * nextDouble() - 1;
      v = 2 * nextDouble() - 1;
      s = u * u + v * v;
    } while (s >= 1 || s == 0);
    double factor = StrictMath.sqrt(-2 * StrictMath.log(s) / s);
    spareGaussian = v * factor;
    return u * factor;
  }

  /** A random order of 0..n-1. */
  public int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }
}
