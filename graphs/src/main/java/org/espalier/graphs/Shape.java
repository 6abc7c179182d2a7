package org.espalier.graphs;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The shape of a tensor. {@link #UNKNOWN} (-1) stands for a size that is only known at run time,
 * such as the batch.
 */
public record Shape(List<Integer> dims) {
  public static final int UNKNOWN = -1;

  public Shape {
    dims = List.copyOf(dims);
    for (int d : dims) {
      if (d < UNKNOWN) {
        throw new BadInputException("a dimension cannot be " + d + " in shape " + dims);
      }
    }
  }

  public static Shape of(int... dims) {
    return new Shape(Arrays.stream(dims).boxed().toList());
  }

  public int rank() {
    return dims.size();
  }

  /** The size of an axis; negative axes count from the end. */
  public int dim(int axis) {
    return dims.get(axis < 0 ? axis + rank() : axis);
  }

  public int last() {
    return dim(-1);
  }

  public boolean isKnown() {
    return !dims.contains(UNKNOWN);
  }

  /**
   * The product of all sizes, leaving out unknown ones: per image, where only the batch is unknown.
   */
  public long elements() {
    long n = 1;
    for (int d : dims) {
      n = d == UNKNOWN ? n : Math.multiplyExact(n, d);
    }
    return n;
  }

  public Shape with(int axis, int size) {
    int[] changed = toArray();
    changed[axis < 0 ? axis + rank() : axis] = size;
    return of(changed);
  }

  public int[] toArray() {
    return dims.stream().mapToInt(Integer::intValue).toArray();
  }

  public long[] toLongArray() {
    return IntStream.of(toArray()).asLongStream().toArray();
  }

  @Override
  public String toString() {
    return dims.stream()
        .map(d -> d == UNKNOWN ? "?" : d.toString())
        .collect(Collectors.joining(",", "[", "]"));
  }
}
