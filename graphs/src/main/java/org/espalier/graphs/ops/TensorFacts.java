package org.espalier.graphs.ops;

import java.util.Arrays;
import java.util.Optional;
import org.espalier.graphs.Shape;

/**
 * What is known of a tensor before anything runs.
 *
 * @param shape empty where even the rank is unknown
 * @param integers the values, for small integer tensors that the graph itself computes (axes,
 *     paddings, target shapes). Single values may be {@link #BATCH} or {@link #RUN_TIME}
 */
public record TensorFacts(Optional<Shape> shape, Optional<int[]> integers) {
  public static final TensorFacts UNKNOWN = new TensorFacts(Optional.empty(), Optional.empty());

  /** Stands for a value that is only known at run time. */
  public static final int RUN_TIME = Integer.MIN_VALUE;

  /** Stands for the number of images. */
  public static final int BATCH = Integer.MIN_VALUE + 1;

  public static TensorFacts of(Shape shape) {
    return new TensorFacts(Optional.of(shape), Optional.empty());
  }

  public static TensorFacts of(Shape shape, int[] integers) {
    return new TensorFacts(Optional.of(shape), Optional.of(integers));
  }

  /** Whether a value of {@link #integers} stands for one that is not known. */
  public static boolean isOpen(int integer) {
    return integer <= BATCH;
  }

  /** The values, if each of them is known. */
  public Optional<int[]> known() {
    return integers.filter(values -> Arrays.stream(values).noneMatch(TensorFacts::isOpen));
  }

  /** The size that stands for a value of {@link #integers}. */
  public static int size(int integer) {
    return integer == BATCH ? Shape.BATCH : integer == RUN_TIME ? Shape.UNKNOWN : integer;
  }

  /** The value of {@link #integers} that stands for a size. */
  public static int integer(int size) {
    return size == Shape.BATCH ? BATCH : Shape.isOpen(size) ? RUN_TIME : size;
  }
}
