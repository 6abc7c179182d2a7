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

  /** Stands for a known value that is this or less: before the first index of every axis. */
  static final int LEAST = BATCH + 1;

  /** Stands for a known value that is this or more: behind the last index of every axis. */
  static final int MOST = Integer.MAX_VALUE;

  /** Whether a value of {@link #integers} stands for one that is not known. */
  public static boolean isOpen(int integer) {
    return integer <= BATCH;
  }

  /** Whether a value of {@link #integers} is that very number. */
  static boolean isExact(int integer) {
    return integer > LEAST && integer < MOST;
  }

  /** The values, if each of them is known, and is no larger than sizes and indices are. */
  public Optional<int[]> known() {
    return integers.filter(values -> Arrays.stream(values).allMatch(TensorFacts::isExact));
  }

  /** The value that stands for a number that a graph holds. */
  static int limited(long number) {
    return (int) Math.max(LEAST, Math.min(MOST, number));
  }

  /** The value that stands for a number that a graph computes: open if it is too large for one. */
  static int computed(long number) {
    int limited = limited(number);
    return isExact(limited) ? limited : RUN_TIME;
  }

  /** The size that stands for a value of {@link #integers}. No size is negative. */
  public static int size(int integer) {
    return integer == BATCH ? Shape.BATCH : Math.max(integer, Shape.UNKNOWN);
  }

  /** The value of {@link #integers} that stands for a size. */
  public static int integer(int size) {
    return size == Shape.BATCH ? BATCH : Shape.isOpen(size) ? RUN_TIME : size;
  }
}
