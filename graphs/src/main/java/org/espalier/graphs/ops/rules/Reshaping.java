package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.ArrayList;
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

/** ExpandDims and Squeeze: axes of size 1 come and go. */
final class Reshaping implements OpRule {
  @Inject
  Reshaping() {}

  @Override
  public Set<String> ops() {
    return Set.of("ExpandDims", "Squeeze");
  }

  @Override
  public boolean applies(Op op) {
    // What is 1 for certain can only be told of sizes that are known; the batch is taken for more.
    return op.isRanked()
        && (op.inputs().size() > 1
            ? op.knows(1)
            : Attributes.numbers(op.node(), "squeeze_dims").length > 0
                || !op.shape(0).dims().contains(Shape.UNKNOWN));
  }

  /** For each axis of the output, the axis of the input it was, or -1 for a new one. */
  private static List<Integer> sources(Op op) {
    Shape in = op.shape(0);
    List<Integer> sources = new ArrayList<>();
    for (int a = 0; a < in.rank(); a++) {
      sources.add(a);
    }
    if (op.node().getOp().equals("ExpandDims")) {
      int axis = op.integers(1)[0];
      sources.add(axis < 0 ? axis + in.rank() + 1 : axis, -1);
      return sources;
    }
    int[] axes = Attributes.numbers(op.node(), "squeeze_dims");
    if (axes.length == 0) {
      sources.removeIf(a -> in.dim(a) == 1);
    }
    for (int axis : axes) {
      int a = axis < 0 ? axis + in.rank() : axis;
      if (in.dim(a) != 1 && !Shape.isOpen(in.dim(a))) {
        throw op.bad("squeezes axis " + axis + " of shape " + in);
      }
      sources.remove((Integer) a);
    }
    return sources;
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    Shape in = op.shape(0);
    return List.of(
        TensorFacts.of(new Shape(sources(op).stream().map(a -> a < 0 ? 1 : in.dim(a)).toList())));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    return List.of(
        Axes.of(
            sources(op).stream()
                .map(a -> a < 0 ? null : links.in(0).get(a))
                .toArray(int[][]::new)));
  }

  /** One that squeezes whatever is 1 must not squeeze channels of which one is left. */
  @Override
  public void shrink(Op op, Shrink shrink) {
    if (op.node().getOp().equals("ExpandDims")
        || Attributes.numbers(op.node(), "squeeze_dims").length > 0) {
      return;
    }
    List<Integer> kept = sources(op);
    int[] squeezed =
        IntStream.range(0, op.shape(0).rank()).filter(a -> !kept.contains(a)).toArray();
    boolean narrow =
        kept.stream()
            .map(a -> shrink.in(0).get(a))
            .anyMatch(labels -> labels != null && shrink.kept(labels, 0, labels.length) == 1);
    if (narrow && squeezed.length > 0) {
      shrink.become(
          "Squeeze",
          Map.of(
              "T", op.node().getAttrOrThrow("T"),
              "squeeze_dims", Attributes.numbers(squeezed)),
          shrink.input(0));
    }
  }
}
