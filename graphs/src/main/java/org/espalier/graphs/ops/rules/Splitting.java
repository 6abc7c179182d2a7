package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.Shrink;
import org.espalier.graphs.ops.TensorFacts;
import org.tensorflow.proto.DataType;

/**
 * Split and SplitV: each output has a part of the channels. The equal parts of a Split need not
 * stay equal; where they do not, it becomes a SplitV.
 */
final class Splitting implements OpRule {
  @Inject
  Splitting() {}

  @Override
  public Set<String> ops() {
    return Set.of("Split", "SplitV");
  }

  private static boolean isEqual(Op op) {
    return op.node().getOp().equals("Split");
  }

  private static int value(Op op) {
    return isEqual(op) ? 1 : 0;
  }

  @Override
  public boolean applies(Op op) {
    return op.isRanked() && op.knows(isEqual(op) ? 0 : 2) && (isEqual(op) || op.knows(1));
  }

  private static int axis(Op op) {
    return op.axis(op.integers(isEqual(op) ? 0 : 2)[0], op.shape(value(op)).rank());
  }

  /** The sizes of the parts; open where the whole is. */
  private static int[] parts(Op op) {
    int whole = op.shape(value(op)).dim(axis(op));
    int[] parts;
    if (isEqual(op)) {
      int count = Attributes.integer(op.node(), "num_split", 0);
      if (count < 1 || !Shape.isOpen(whole) && whole % count != 0) {
        throw op.bad("splits " + whole + " channels into " + count + " equal parts");
      }
      parts = new int[count];
      Arrays.fill(parts, Shape.isOpen(whole) ? Shape.UNKNOWN : whole / count);
      return parts;
    }
    parts = op.integers(1).clone();
    int rest = Math.toIntExact(whole - sum(Arrays.stream(parts).filter(p -> p >= 0)));
    for (int i = 0; i < parts.length; i++) {
      parts[i] = parts[i] >= 0 ? parts[i] : Shape.isOpen(whole) ? Shape.UNKNOWN : rest;
    }
    if (!Shape.isOpen(whole) && sum(Arrays.stream(parts)) != whole) {
      throw op.bad("splits " + whole + " channels into " + Arrays.toString(parts));
    }
    return parts;
  }

  private static long sum(IntStream parts) {
    return parts.asLongStream().sum();
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    List<TensorFacts> out = new ArrayList<>();
    for (int size : parts(op)) {
      out.add(TensorFacts.of(op.shape(value(op)).with(axis(op), size)));
    }
    return out;
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    Axes in = links.in(value(op));
    int axis = axis(op);
    int rank = op.shape(value(op)).rank();
    List<Axes> out = new ArrayList<>();
    int from = 0;
    for (int size : parts(op)) {
      int[][] labels = new int[rank][];
      for (int a = 0; a < rank; a++) {
        int[] whole = in.get(a);
        labels[a] =
            a != axis || whole == null ? whole : Arrays.copyOfRange(whole, from, from + size);
      }
      from += Math.max(0, size);
      links.part(labels[axis]);
      out.add(Axes.of(labels));
    }
    return out;
  }

  @Override
  public void shrink(Op op, Shrink shrink) {
    int[] labels = shrink.in(value(op)).get(axis(op));
    if (labels == null) {
      return;
    }
    int[] parts = parts(op);
    int[] kept = new int[parts.length];
    int from = 0;
    for (int i = 0; i < parts.length; i++) {
      kept[i] = shrink.kept(labels, from, from + parts[i]);
      from += parts[i];
    }
    if (Arrays.equals(parts, kept)) {
      return;
    }
    if (!isEqual(op)) {
      shrink.replaceIntegers(1, kept);
    } else if (Arrays.stream(kept).distinct().count() > 1) {
      String value = shrink.input(1);
      String sizes = shrink.constant("sizes", Shape.of(kept.length), kept);
      shrink.become(
          "SplitV",
          Map.of(
              "T", op.node().getAttrOrThrow("T"),
              "Tlen", Attributes.type(DataType.DT_INT32),
              "num_split", Attributes.number(kept.length)),
          value,
          sizes,
          shrink.input(0));
    }
  }
}
