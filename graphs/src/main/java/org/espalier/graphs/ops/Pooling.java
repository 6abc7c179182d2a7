package org.espalier.graphs.ops;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;

/** MaxPool and AvgPool over rows and columns. */
final class Pooling implements OpRule {
  @Inject
  Pooling() {}

  @Override
  public Set<String> ops() {
    return Set.of("MaxPool", "AvgPool");
  }

  @Override
  public boolean needsRanks() {
    return false;
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    int[] window = Attributes.numbers(op.node(), "ksize");
    int r = op.rowAxis();
    return List.of(TensorFacts.of(Windows.slide(op, op.shape(0, 4), window[r], window[r + 1])));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    int axis = op.channelAxis();
    return List.of(Axes.only(4, axis, links.in(0).get(axis)));
  }

  @Override
  public Work work(Op op) {
    int[] window = Attributes.numbers(op.node(), "ksize");
    int r = op.rowAxis();
    Shape out = infer(op).get(0).shape().orElseThrow();
    return new Work(0, (long) window[r] * window[r + 1] * out.elements());
  }
}
