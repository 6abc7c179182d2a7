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

/** Conv2D, grouped too. The kernel is [rows, columns, in / groups, out]. */
final class Convolution implements OpRule {
  @Inject
  Convolution() {}

  @Override
  public Set<String> ops() {
    return Set.of("Conv2D");
  }

  @Override
  public boolean applies(Op op) {
    return op.isImages() && (!Shape.isOpen(in(op)) || groups(op) == 1);
  }

  private static int in(Op op) {
    return op.shape(0, 4).dim(op.channelAxis());
  }

  /** Behind an op without a rule the input is not known; then it is taken for an ungrouped one. */
  private static int groups(Op op) {
    int each = op.shape(1, 4).dim(2);
    return Shape.isOpen(in(op)) || each < 1 ? 1 : in(op) / each;
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    Shape kernel = op.shape(1, 4);
    int each = kernel.dim(2);
    if (!Shape.isOpen(in(op)) && !Shape.isOpen(each) && (each == 0 || in(op) % each != 0)) {
      throw op.bad("has a kernel for " + kernel.dim(2) + " channels, but reads " + in(op));
    }
    int r = op.rowAxis();
    Shape out =
        Windows.slide(
            op,
            op.shape(0, 4),
            Windows.dilated(op, kernel.dim(0), r),
            Windows.dilated(op, kernel.dim(1), r + 1));
    return List.of(TensorFacts.of(out.with(op.channelAxis(), kernel.dim(3))));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    Axes kernel = links.in(1);
    int axis = op.channelAxis();
    int[] in = links.in(0).get(axis);
    links.keepWholeBut(links.in(0), axis);
    int[] out = kernel.get(3);
    links.keepWhole(kernel.get(0), "");
    links.keepWhole(kernel.get(1), "");
    links.layer(out, kernel.get(2));
    int groups = groups(op);
    if (groups == 1) {
      links.tie(in, kernel.get(2));
    } else if (op.shape(1, 4).dim(2) == 1) {
      links.keepWhole(kernel.get(2), "");
      links.tie(in, Groups.oneForEach(links, out, groups)); // as in a depthwise convolution
    } else {
      links.tie(Groups.tie(links, in, groups), kernel.get(2));
      Groups.tie(links, out, groups);
    }
    return List.of(Axes.only(4, axis, out));
  }

  @Override
  public Work work(Op op) {
    long pixels = infer(op).get(0).shape().orElseThrow().with(op.channelAxis(), 1).elements();
    return Work.macs(pixels, op.shape(1, 4).elements());
  }
}
