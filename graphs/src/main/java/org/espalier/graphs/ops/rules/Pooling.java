package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.TensorFacts;
import org.espalier.graphs.ops.Work;

/** MaxPool and AvgPool over rows and columns, and planes. */
final class Pooling implements OpRule {
  @Inject
  Pooling() {}

  @Override
  public Set<String> ops() {
    return Set.of("MaxPool", "MaxPoolV2", "AvgPool", "MaxPool3D", "AvgPool3D");
  }

  @Override
  public boolean applies(Op op) {
    return op.isImages() && (op.inputs().size() == 1 || op.knows(1) && op.knows(2));
  }

  /** MaxPoolV2 is told by tensors what the others are told by attributes. */
  private static int[] window(Op op) {
    int[] window = op.inputs().size() > 1 ? op.integers(1) : Attributes.numbers(op.node(), "ksize");
    return Arrays.copyOfRange(window, op.rowAxis(), op.rowAxis() + op.imageRank() - 2);
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    int[] strides =
        op.inputs().size() > 1 ? op.integers(2) : Attributes.numbers(op.node(), "strides");
    Shape in = op.shape(0, op.imageRank());
    return List.of(TensorFacts.of(Windows.slide(op, in, window(op), strides)));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    int axis = op.channelAxis();
    links.keepWholeBut(links.in(0), axis);
    return List.of(Axes.only(op.imageRank(), axis, links.in(0).get(axis)));
  }

  @Override
  public Work work(Op op) {
    Shape out = infer(op).get(0).shape().orElseThrow();
    long flops = out.elements();
    for (int size : window(op)) {
      flops = Math.multiplyExact(flops, size);
    }
    return new Work(0, flops);
  }
}
