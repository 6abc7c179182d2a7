package org.espalier.graphs.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;

/** Which indices of each axis a {@code Slice} or a {@code StridedSlice} takes. */
public final class StridedSlicing {
  /**
   * What is taken of one axis.
   *
   * @param axis of the input; -1 for one that the output has and the input has not
   * @param entry which entry of the node's begin and end says so; -1 for none
   * @param begin first index; of no meaning if nothing is known
   * @param count how many; open if not known
   * @param whole all of them, in their order, however many there are
   * @param dropped one index is taken, and the axis goes
   */
  public record Range(
      int axis, int entry, int begin, int step, int count, boolean whole, boolean dropped) {

    public IntStream indices() {
      return IntStream.range(0, count).map(i -> begin + i * step);
    }

    /** Whether the taken indices are known and follow each other. */
    public boolean isSpan() {
      return !Shape.isOpen(count) && step == 1 && !dropped && axis >= 0;
    }
  }

  private StridedSlicing() {}

  private static Range whole(int axis, int entry, int size) {
    return new Range(axis, entry, 0, 1, size, true, false);
  }

  /** What {@code Slice} takes; its second and third input are begin and size. */
  public static Optional<List<Range>> slice(Op op) {
    Shape in = op.shape(0);
    Optional<int[]> begins = op.input(1).integers();
    Optional<int[]> sizes = op.input(2).integers();
    if (begins.isEmpty() || sizes.isEmpty()) {
      return Optional.empty();
    }
    List<Range> ranges = new ArrayList<>();
    for (int a = 0; a < in.rank(); a++) {
      int size = in.dim(a);
      int begin = begins.get()[a];
      int count = sizes.get()[a] == -1 ? size - begin : sizes.get()[a];
      boolean all = begin == 0 && (sizes.get()[a] == -1 || count == size);
      all |= begin == 0 && TensorFacts.size(sizes.get()[a]) == Shape.BATCH && size == Shape.BATCH;
      boolean open =
          TensorFacts.isOpen(begin)
              || TensorFacts.isOpen(sizes.get()[a])
              || Shape.isOpen(size) && sizes.get()[a] == -1;
      ranges.add(
          all
              ? whole(a, a, size)
              : new Range(a, a, begin, 1, open ? Shape.UNKNOWN : count, false, false));
    }
    return Optional.of(ranges);
  }

  /**
   * What {@code StridedSlice} takes of a tensor of the given shape; its inputs 1 to 3 are begin,
   * end and stride. Empty if the strides are only known at run time.
   */
  public static Optional<List<Range>> plan(Op op, Shape in) {
    Optional<int[]> strides =
        op.input(3).integers().filter(s -> Arrays.stream(s).noneMatch(TensorFacts::isOpen));
    Optional<Shape> spec = op.input(1).shape();
    if (strides.isEmpty() || spec.isEmpty()) {
      return Optional.empty();
    }
    int entries = strides.get().length;
    int[] begins = values(op, 1, entries);
    int[] ends = values(op, 2, entries);
    int added = Integer.bitCount(mask(op, "new_axis_mask", entries));
    int ellipses = Integer.bitCount(mask(op, "ellipsis_mask", entries));
    if (ellipses > 1) {
      throw op.bad("has " + ellipses + " ellipses; expected at most one");
    }
    boolean hasEllipsis = ellipses == 1;
    List<Range> ranges = new ArrayList<>();
    int axis = 0;
    for (int i = 0; i < entries; i++) {
      if (bit(op, "ellipsis_mask", i)) {
        int covered = in.rank() - (entries - 1 - added);
        for (int k = 0; k < covered; k++) {
          ranges.add(whole(axis, -1, in.dim(axis++)));
        }
      } else if (bit(op, "new_axis_mask", i)) {
        ranges.add(new Range(-1, i, 0, 1, 1, false, false));
      } else {
        ranges.add(range(op, i, axis, in.dim(axis++), begins[i], ends[i], strides.get()[i]));
      }
    }
    while (axis < in.rank() && !hasEllipsis) {
      ranges.add(whole(axis, -1, in.dim(axis++)));
    }
    return Optional.of(ranges);
  }

  private static int[] values(Op op, int input, int count) {
    int[] open = new int[count];
    Arrays.fill(open, TensorFacts.RUN_TIME);
    return op.input(input).integers().filter(v -> v.length == count).orElse(open);
  }

  private static int mask(Op op, String name, int entries) {
    return (int) Attributes.number(op.node(), name, 0) & ((1 << Math.min(entries, 30)) - 1);
  }

  private static boolean bit(Op op, String name, int entry) {
    return entry < 31 && (Attributes.number(op.node(), name, 0) >> entry & 1) == 1;
  }

  private static Range range(Op op, int entry, int axis, int size, int begin, int end, int stride) {
    boolean fromStart = bit(op, "begin_mask", entry);
    boolean toEnd = bit(op, "end_mask", entry);
    if (bit(op, "shrink_axis_mask", entry)) {
      boolean known = !TensorFacts.isOpen(begin) && (begin >= 0 || !Shape.isOpen(size));
      int at = known && begin < 0 ? begin + size : begin;
      return new Range(axis, entry, at, 1, known ? 1 : Shape.UNKNOWN, false, true);
    }
    if (stride == 1 && (fromStart || begin == 0) && toEnd) {
      return whole(axis, entry, size);
    }
    if (Shape.isOpen(size)
        || stride == 0
        || !fromStart && TensorFacts.isOpen(begin)
        || !toEnd && TensorFacts.isOpen(end)) {
      return new Range(axis, entry, 0, stride, Shape.UNKNOWN, false, false);
    }
    int least = stride > 0 ? 0 : -1;
    int most = stride > 0 ? size : size - 1;
    int from = fromStart ? (stride > 0 ? 0 : size - 1) : clamp(begin, size, least, most);
    int to = toEnd ? (stride > 0 ? size : -1) : clamp(end, size, least, most);
    long span = (long) to - from + stride - Integer.signum(stride);
    int count = (int) Math.max(0, span / stride);
    return stride == 1 && from == 0 && count == size
        ? whole(axis, entry, size)
        : new Range(axis, entry, from, stride, count, false, false);
  }

  private static int clamp(int at, int size, int least, int most) {
    long positive = at < 0 ? (long) at + size : at;
    return (int) Math.max(least, Math.min(most, positive));
  }
}
