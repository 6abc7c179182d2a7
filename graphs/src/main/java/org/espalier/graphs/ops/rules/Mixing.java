package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.TensorFacts;

/**
 * Ops that leave a shape as it is, and in which what lies along some axes changes one another: a
 * softmax, a running sum, a roll. Along these no channel may go, and along the others every channel
 * passes. Channels in reverse order are still the same channels.
 */
final class Mixing implements OpRule {
  @Inject
  Mixing() {}

  @Override
  public Set<String> ops() {
    return Set.of(
        """
        Softmax LogSoftmax LRN ReverseV2 ReverseSequence Roll Cumsum Cumprod CumulativeLogsumexp
        MatrixBandPart AdjustContrastv2"""
            .strip()
            .split("\\s+"));
  }

  /** The input that names the axes, or -1. */
  private static int told(Op op) {
    return switch (op.node().getOp()) {
      case "ReverseV2", "Cumsum", "Cumprod", "CumulativeLogsumexp" -> 1;
      case "Roll" -> 2;
      default -> -1;
    };
  }

  @Override
  public boolean applies(Op op) {
    return op.isRanked() && (told(op) < 0 || op.knows(told(op)));
  }

  private static int[] axes(Op op) {
    int rank = op.shape(0).rank();
    int[] axes =
        switch (op.node().getOp()) {
          case "MatrixBandPart" -> new int[] {-2, -1};
          case "AdjustContrastv2" -> new int[] {-3, -2}; // rows and columns, by their mean
          case "ReverseSequence" ->
              new int[] {
                Attributes.integer(op.node(), "seq_dim", 0),
                Attributes.integer(op.node(), "batch_dim", 0)
              };
          default -> told(op) < 0 ? new int[] {-1} : op.integers(told(op));
        };
    return IntStream.of(axes).map(a -> op.axis(a, rank)).toArray();
  }

  private static String how(Op op) {
    return switch (op.node().getOp()) {
      case "Softmax", "LogSoftmax", "LRN" -> "normalises over it";
      case "Roll" -> "rolls it";
      case "ReverseSequence" -> "reverses parts of it";
      case "MatrixBandPart" -> "keeps a band of it";
      case "AdjustContrastv2" -> "takes its mean";
      default -> "adds up along it";
    };
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    return List.of(TensorFacts.of(op.shape(0)));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    int[][] out = new int[op.shape(0).rank()][];
    Arrays.setAll(out, links.in(0)::get);
    for (int axis : axes(op)) {
      if (op.node().getOp().equals("ReverseV2")) {
        out[axis] = reversed(out[axis]);
      } else {
        links.keepWhole(out[axis], "'" + op.name() + "' " + how(op));
      }
    }
    return List.of(Axes.of(out));
  }

  private static int[] reversed(int[] labels) {
    return labels == null
        ? null
        : IntStream.range(0, labels.length).map(i -> labels[labels.length - 1 - i]).toArray();
  }
}
