package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Quantisers;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.TensorFacts;

/**
 * Ops that round to the numbers that few bits can hold, as quantisation-aware training does. Every
 * element stays in its place, and zero stays zero. Inputs are the tensor and, where they are not
 * attributes, the least and the largest number: one of each, or one a channel.
 */
final class Quantising implements OpRule {
  @Inject
  Quantising() {}

  @Override
  public Set<String> ops() {
    return Quantisers.OPS;
  }

  @Override
  public boolean applies(Op op) {
    return axis(op) == -1 || op.input(0).shape().isPresent();
  }

  /** The axis of the tensor along which each channel has a range of its own, or -1. */
  private static int axis(Op op) {
    if (op.node().getOp().endsWith("PerChannel")) {
      return op.input(0).shape().map(s -> s.rank() - 1).orElse(0);
    }
    return Attributes.integer(op.node(), "axis", -1);
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    if (axis(op) >= 0) {
      int channels = op.shape(0).dim(op.axis(axis(op), op.shape(0).rank()));
      int ranges = op.shape(1, 1).dim(0);
      if (channels >= 0 && ranges >= 0 && channels != ranges) {
        throw op.bad("has " + ranges + " ranges for " + channels + " channels");
      }
    }
    return List.of(new TensorFacts(op.input(0).shape(), java.util.Optional.empty()));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    Axes in = links.in(0);
    if (axis(op) >= 0) {
      for (int range = 1; range <= 2; range++) {
        links.tie(in.get(axis(op)), links.in(range).get(0));
      }
    } else if (Quantisers.findsRange(op.node()) && links.isFed(0)) {
      // What is removed is zero in kernels, where it says nothing of the range, but not here.
      links.keepWhole(in, "'" + op.name() + "' takes its range from all of it");
    }
    return List.of(in);
  }
}
