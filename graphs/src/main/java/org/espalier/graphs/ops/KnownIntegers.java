package org.espalier.graphs.ops;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;
import org.tensorflow.proto.DataType;

/**
 * The arithmetic that graphs do on sizes: {@code Shape -> StridedSlice -> Pack -> Reshape} and the
 * like. Scalars and vectors only; where a value hangs on what is fed, it is marked as open. So is
 * one that is too large for a size: nothing is ever rounded or wraps around.
 */
final class KnownIntegers {
  /** Constants larger than this are data, not sizes. */
  static final int LARGEST = 4096;

  private KnownIntegers() {}

  /** What is known of the node's outputs, if they are small integer tensors. */
  static List<TensorFacts> outputs(Op op) {
    return op.node().getOp().equals("Unpack")
        ? unpacked(op)
        : of(op).map(List::of).orElse(List.of());
  }

  private static Optional<TensorFacts> of(Op op) {
    return switch (op.node().getOp()) {
      case "Const" -> IntegerConstants.of(op);
      case "Shape" -> op.inputs().get(0).shape().map(KnownIntegers::shape);
      case "Rank" ->
          op.inputs().get(0).shape().map(s -> TensorFacts.of(Shape.of(), new int[] {s.rank()}));
      case "Identity", "StopGradient", "PreventGradient", "Snapshot" -> values(op, 0);
      case "Cast" -> isInteger(Attributes.type(op.node(), "DstT")) ? cast(op) : none();
      case "Reshape", "Squeeze", "ExpandDims" -> reshaped(op);
      case "Add", "AddV2" -> pairwise(op, Math::addExact, 0);
      case "Sub" -> pairwise(op, Math::subtractExact, NEVER);
      case "Mul" -> pairwise(op, Math::multiplyExact, 1);
      case "FloorDiv" -> pairwise(op, (a, b) -> b == 0 ? NEVER : Math.floorDiv(a, b), NEVER);
      case "FloorMod" -> pairwise(op, (a, b) -> b == 0 ? NEVER : Math.floorMod(a, b), NEVER);
      case "Maximum" -> pairwise(op, Math::max, NEVER);
      case "Minimum" -> pairwise(op, Math::min, NEVER);
      case "Prod" -> product(op);
      case "Pack" -> packed(op);
      case "ConcatV2" -> joined(op);
      case "StridedSlice" -> slice(op);
      case "Slice" -> part(op);
      case "GatherV2" -> gathered(op);
      case "Range" -> range(op);
      default -> none();
    };
  }

  private static final int NEVER = TensorFacts.RUN_TIME;

  private static Optional<TensorFacts> none() {
    return Optional.empty();
  }

  static boolean isInteger(DataType type) {
    return type == DataType.DT_INT32 || type == DataType.DT_INT64;
  }

  private static TensorFacts shape(Shape shape) {
    return vector(shape.dims().stream().mapToInt(TensorFacts::integer).toArray());
  }

  private static TensorFacts vector(int[] values) {
    return TensorFacts.of(Shape.of(values.length), values);
  }

  private static Optional<TensorFacts> values(Op op, int input) {
    return Optional.of(op.input(input)).filter(f -> f.integers().isPresent());
  }

  /** A number that was cut to the limits of ours is another one as a shorter type. */
  private static Optional<TensorFacts> cast(Op op) {
    return values(op, 0)
        .map(
            f ->
                new TensorFacts(
                    f.shape(),
                    f.integers()
                        .map(v -> Arrays.stream(v).map(KnownIntegers::exactOrOpen).toArray())));
  }

  private static int exactOrOpen(int value) {
    return value == TensorFacts.BATCH || TensorFacts.isExact(value) ? value : TensorFacts.RUN_TIME;
  }

  /** The same values in another shape: a scalar, or a vector. */
  private static Optional<TensorFacts> reshaped(Op op) {
    Optional<int[]> values = op.input(0).integers();
    if (values.isEmpty()) {
      return none();
    }
    int rank = op.input(0).shape().map(Shape::rank).orElse(1);
    boolean one = values.get().length == 1;
    return switch (op.node().getOp()) {
      case "Squeeze" ->
          Optional.of(one ? TensorFacts.of(Shape.of(), values.get()) : vector(values.get()));
      case "ExpandDims" -> rank == 0 ? Optional.of(vector(values.get())) : none();
      default ->
          op.input(1)
              .known()
              .filter(target -> target.length <= 1)
              .map(
                  t ->
                      t.length == 0 && one
                          ? TensorFacts.of(Shape.of(), values.get())
                          : vector(values.get()));
    };
  }

  /**
   * @param neutral the value that leaves the other side as it is, be that known or not
   */
  private static Optional<TensorFacts> pairwise(Op op, LongBinaryOperator f, int neutral) {
    Optional<int[]> a = op.input(0).integers();
    Optional<int[]> b = op.input(1).integers();
    if (a.isEmpty() || b.isEmpty()) {
      return none();
    }
    int[] left = a.get();
    int[] right = b.get();
    if (left.length != right.length && left.length != 1 && right.length != 1) {
      return none();
    }
    int[] out = new int[Math.max(left.length, right.length)];
    for (int i = 0; i < out.length; i++) {
      int x = left[left.length == 1 ? 0 : i];
      int y = right[right.length == 1 ? 0 : i];
      boolean open = !TensorFacts.isExact(x) || !TensorFacts.isExact(y);
      out[i] =
          !open
              ? TensorFacts.computed(f.applyAsLong(x, y))
              : neutral != NEVER && y == neutral
                  ? x
                  : neutral != NEVER && x == neutral ? y : TensorFacts.RUN_TIME;
    }
    boolean scalar =
        op.input(0).shape().map(Shape::rank).orElse(1) == 0
            && op.input(1).shape().map(Shape::rank).orElse(1) == 0;
    return Optional.of(scalar ? TensorFacts.of(Shape.of(), out) : vector(out));
  }

  private static Optional<TensorFacts> product(Op op) {
    if (op.input(0).shape().map(Shape::rank).orElse(2) != 1) {
      return none();
    }
    boolean keep = Attributes.flag(op.node(), "keep_dims", false);
    return op.input(0)
        .integers()
        .map(
            values -> {
              int[] out = {product(values)};
              return keep ? vector(out) : TensorFacts.of(Shape.of(), out);
            });
  }

  /** Exact, or open; where all but one are 1, that one, be it known or not. */
  private static int product(int[] values) {
    int[] others = Arrays.stream(values).filter(v -> v != 1).toArray();
    if (others.length == 1) {
      return others[0];
    }
    long product = 1;
    for (int v : others) {
      // Of two that are exact, the product fits a long.
      product = TensorFacts.isExact(v) ? product * v : TensorFacts.RUN_TIME;
      if (!TensorFacts.isExact(TensorFacts.computed(product))) {
        return TensorFacts.RUN_TIME;
      }
    }
    return (int) product;
  }

  /** Numbers of which some are known; the others are known at run time. */
  private static Optional<TensorFacts> packed(Op op) {
    boolean known = op.inputs().stream().anyMatch(i -> i.integers().isPresent());
    boolean scalars =
        op.inputs().stream()
            .allMatch(i -> i.shape().map(Shape::rank).orElse(1) == 0 && isOneOrOpen(i.integers()));
    return known && scalars
        ? Optional.of(
            vector(
                op.inputs().stream()
                    .mapToInt(i -> i.integers().map(v -> v[0]).orElse(TensorFacts.RUN_TIME))
                    .toArray()))
        : none();
  }

  private static boolean isOneOrOpen(Optional<int[]> values) {
    return values.isEmpty() || values.get().length == 1;
  }

  private static Optional<TensorFacts> joined(Op op) {
    if (op.inputs().isEmpty()) {
      return none();
    }
    var parts = op.inputs().subList(0, op.inputs().size() - 1);
    boolean vectors =
        parts.stream()
            .allMatch(i -> i.shape().map(Shape::rank).orElse(0) == 1 && i.integers().isPresent());
    long length = parts.stream().mapToLong(i -> i.integers().map(v -> v.length).orElse(0)).sum();
    return vectors && length <= LARGEST
        ? Optional.of(
            vector(
                parts.stream()
                    .flatMapToInt(i -> IntStream.of(i.integers().orElseThrow()))
                    .toArray()))
        : none();
  }

  private static Optional<TensorFacts> slice(Op op) {
    Optional<int[]> values = op.input(0).integers();
    if (values.isEmpty() || op.input(0).shape().map(Shape::rank).orElse(0) != 1) {
      return none();
    }
    return StridedSlicing.plan(op, Shape.of(values.get().length))
        .map(
            plan -> {
              StridedSlicing.Range range = plan.get(0);
              int[] out = range.indices().map(i -> values.get()[i]).toArray();
              return range.dropped() ? TensorFacts.of(Shape.of(), out) : vector(out);
            });
  }

  /** From an index on, so many; -1 for all that are left. */
  private static Optional<TensorFacts> part(Op op) {
    Optional<int[]> values = vector(op, 0);
    Optional<int[]> begin = op.input(1).known();
    Optional<int[]> size = op.input(2).known();
    if (values.isEmpty() || begin.isEmpty() || size.isEmpty()) {
      return none();
    }
    int from = begin.get()[0];
    int count = size.get()[0] == -1 ? values.get().length - from : size.get()[0];
    return from < 0 || count < 0 || count > values.get().length - from
        ? none()
        : Optional.of(vector(Arrays.copyOfRange(values.get(), from, from + count)));
  }

  /** Each number of a vector by itself, as in {@code b, h, w, c = tf.unstack(tf.shape(x))}. */
  private static List<TensorFacts> unpacked(Op op) {
    return vector(op, 0)
        .filter(values -> values.length == Attributes.number(op.node(), "num", 0))
        .map(
            values ->
                Arrays.stream(values)
                    .mapToObj(v -> TensorFacts.of(Shape.of(), new int[] {v}))
                    .toList())
        .orElse(List.of());
  }

  /** The values of an input that is a vector. */
  private static Optional<int[]> vector(Op op, int input) {
    return op.input(input).shape().filter(s -> s.rank() == 1).isPresent()
        ? op.input(input).integers()
        : Optional.empty();
  }

  private static Optional<TensorFacts> gathered(Op op) {
    Optional<int[]> values = op.input(0).integers();
    Optional<int[]> at = op.input(1).known();
    if (values.isEmpty()
        || at.isEmpty()
        || op.input(0).shape().map(Shape::rank).orElse(0) != 1
        || Arrays.stream(at.get()).anyMatch(i -> i < 0 || i >= values.get().length)) {
      return none();
    }
    int[] out = Arrays.stream(at.get()).map(i -> values.get()[i]).toArray();
    return Optional.of(
        op.input(1).shape().map(Shape::rank).orElse(1) == 0
            ? TensorFacts.of(Shape.of(), out)
            : vector(out));
  }

  private static Optional<TensorFacts> range(Op op) {
    int[] bounds = new int[3];
    for (int i = 0; i < 3; i++) {
      Optional<int[]> bound = op.input(i).known();
      if (bound.isEmpty() || bound.get().length != 1) {
        return none();
      }
      bounds[i] = bound.get()[0];
    }
    long step = bounds[2];
    long count = step == 0 ? 0 : ((long) bounds[1] - bounds[0] + step - Long.signum(step)) / step;
    return count < 0 || count > LARGEST
        ? none()
        : Optional.of(
            vector(IntStream.range(0, (int) count).map(i -> bounds[0] + i * bounds[2]).toArray()));
  }
}
