package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.TensorFacts;
import org.espalier.graphs.ops.Work;

/** BiasAdd: one number a channel. */
final class BiasAddition implements OpRule {
  @Inject
  BiasAddition() {}

  @Override
  public Set<String> ops() {
    return Set.of("BiasAdd");
  }

  private static int axis(Op op) {
    return op.channelAxis() == 1 ? 1 : op.shape(0).rank() - 1;
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    Shape in = op.shape(0);
    Shape bias = op.shape(1, 1);
    int channels = in.dim(axis(op));
    if (!Shape.isOpen(channels) && !Shape.isOpen(bias.dim(0)) && channels != bias.dim(0)) {
      throw op.bad("adds " + bias.dim(0) + " biases to " + channels + " channels");
    }
    return List.of(op.input(0));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    links.tie(links.in(0).get(axis(op)), links.in(1).get(0));
    return List.of(links.in(0));
  }

  @Override
  public Work work(Op op) {
    return new Work(0, op.shape(0).elements());
  }
}
