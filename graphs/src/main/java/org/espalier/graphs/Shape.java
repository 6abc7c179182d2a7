package org.espalier.graphs;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The shape of a tensor. {@link #UNKNOWN} (-1) stands for a size that is only known at run time.
 */
public record Shape(List<Integer> dims) {
  public static final int UNKNOWN = -1;

  /**
   * The number of images, which is only known at run time but is the same wherever it appears. Only
   * shapes that were inferred say so; it is written to a graph as {@link #UNKNOWN}.
   */
  public static final int BATCH = batches(1);

  public Shape {
    dims = List.copyOf(dims);
  }

  public static Shape of(int... dims) {
    return new Shape(Arrays.stream(dims).boxed().toList());
  }

  public int rank() {
    return dims.size();
  }

  /** Whether a size is only known at run time. */
  public static boolean isOpen(int size) {
    return size < 0;
  }

  /** The same, with the batch as unknown as any other size. */
  public Shape written() {
    return dims.stream().anyMatch(Shape::isBatch)
        ? new Shape(dims.stream().map(d -> Math.max(d, UNKNOWN)).toList())
        : this;
  }

  /** The size of an axis; negative axes count from the end. */
  public int dim(int axis) {
    return dims.get(axis < 0 ? axis + rank() : axis);
  }

  public int last() {
    return dim(-1);
  }

  public boolean isKnown() {
    return dims.stream().noneMatch(Shape::isOpen);
  }

  /** The product of all sizes for one image; unknown sizes are left out. */
  public long elements() {
    long n = 1;
    for (int d : dims) {
      n = Math.multiplyExact(n, perImage(d));
    }
    return n;
  }

  /** So many for each image: the size of an axis in which images and their pixels are merged. */
  public static int batches(int perImage) {
    return UNKNOWN - perImage;
  }

  /** Whether a size is the number of images, or so many times that. */
  public static boolean isBatch(int size) {
    return size < UNKNOWN;
  }

  private static int perImage(int size) {
    return isBatch(size) ? UNKNOWN - size : isOpen(size) ? 1 : size;
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
        .map(d -> isOpen(d) ? "?" : d.toString())
        .collect(Collectors.joining(",", "[", "]"));
  }
}
