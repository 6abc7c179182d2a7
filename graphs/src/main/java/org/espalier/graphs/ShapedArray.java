package org.espalier.graphs;

import java.util.Arrays;

/**
 * Float values with a shape, in row-major order. Treat the array as read-only: it is not copied,
 * because weights are large and pass through many hands.
 */
public record ShapedArray(Shape shape, float[] values) {
  public ShapedArray {
    if (!shape.isKnown() || shape.elements() != values.length) {
      throw new BadInputException("shape " + shape + " does not hold " + values.length + " values");
    }
  }

  public static ShapedArray filled(Shape shape, float value) {
    float[] values = new float[Math.toIntExact(shape.elements())];
    Arrays.fill(values, value);
    return new ShapedArray(shape, values);
  }

  public static ShapedArray scalar(float value) {
    return new ShapedArray(Shape.of(), new float[] {value});
  }

  /** The same values where a mask of the same shape is not zero, and zeros where it is. */
  public ShapedArray where(ShapedArray mask) {
    float[] kept = new float[values.length];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = mask.values()[i] == 0f ? 0f : values[i];
    }
    return new ShapedArray(shape, kept);
  }

  /** Keeps the given indices of one axis, in the given order. */
  public ShapedArray gather(int axis, int[] indices) {
    int inner = 1;
    for (int a = axis + 1; a < shape.rank(); a++) {
      inner *= shape.dim(a);
    }
    int size = shape.dim(axis);
    int outer = size == 0 || inner == 0 ? 0 : values.length / (size * inner);
    float[] kept = new float[Math.multiplyExact(Math.multiplyExact(outer, indices.length), inner)];
    int to = 0;
    for (int o = 0; o < outer; o++) {
      for (int i : indices) {
        System.arraycopy(values, (o * size + i) * inner, kept, to, inner);
        to += inner;
      }
    }
    return new ShapedArray(shape.with(axis, indices.length), kept);
  }

  /** The sum over everything but one axis of {@code f(value)}. In double precision. */
  public double[] sumOver(int axis, java.util.function.DoubleUnaryOperator f) {
    int inner = 1;
    for (int a = axis + 1; a < shape.rank(); a++) {
      inner *= shape.dim(a);
    }
    int size = shape.dim(axis);
    double[] sums = new double[size];
    for (int i = 0; i < values.length; i++) {
      sums[(i / inner) % size] += f.applyAsDouble(values[i]);
    }
    return sums;
  }

  /** Bit-wise equality of shape and values, unlike the default of a record. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ShapedArray a
        && shape.equals(a.shape)
        && Arrays.equals(values, a.values);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "ShapedArray" + shape;
  }
}
