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

/** Conv2D and Conv3D, grouped too. The kernel is [(planes,) rows, columns, in / groups, out]. */
final class Convolution implements OpRule {
  /** Whether groups go as a whole, or lose the same channels each. */
  private final boolean whole;

  @Inject
  Convolution() {
    this(false);
  }

  private Convolution(boolean whole) {
    this.whole = whole;
  }

  @Override
  public OpRule wholeGroups() {
    return new Convolution(true);
  }

  @Override
  public Set<String> ops() {
    return Set.of("Conv2D", "Conv3D");
  }

  @Override
  public boolean applies(Op op) {
    return op.isImages() && (!Shape.isOpen(in(op)) || groups(op) == 1);
  }

  private static int in(Op op) {
    return op.shape(0, op.imageRank()).dim(op.channelAxis());
  }

  /** How many channels each group reads. */
  private static int each(Op op) {
    return op.shape(1, op.imageRank()).dim(op.imageRank() - 2);
  }

  /** Behind an op without a rule the input is not known; then it is taken for an ungrouped one. */
  private static int groups(Op op) {
    int each = each(op);
    return Shape.isOpen(in(op)) || each < 1 ? 1 : in(op) / each;
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    Shape kernel = op.shape(1, op.imageRank());
    int each = each(op);
    if (!Shape.isOpen(in(op)) && !Shape.isOpen(each) && (each == 0 || in(op) % each != 0)) {
      throw op.bad("has a kernel for " + each + " channels, but reads " + in(op));
    }
    Shape out = Windows.slide(op, op.shape(0, op.imageRank()), Windows.ofKernel(op, kernel));
    return List.of(TensorFacts.of(out.with(op.channelAxis(), kernel.last())));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    int rank = op.imageRank();
    Axes kernel = links.in(1);
    int axis = op.channelAxis();
    int[] in = links.in(0).get(axis);
    links.keepWholeBut(links.in(0), axis);
    int[] read = kernel.get(rank - 2);
    int[] out = kernel.get(rank - 1);
    for (int a = 0; a < rank - 2; a++) {
      links.keepWhole(kernel.get(a), "");
    }
    links.layer(out, read);
    int groups = groups(op);
    if (groups == 1) {
      links.tie(in, read);
    } else if (whole || each(op) == 1) { // as in a depthwise convolution
      links.keepWhole(read, "");
      links.tie(Groups.oneForEach(links, in, groups), Groups.oneForEach(links, out, groups));
    } else {
      links.tie(Groups.tie(links, in, groups), read);
      Groups.tie(links, out, groups);
    }
    return List.of(Axes.only(rank, axis, out));
  }

  @Override
  public Work work(Op op) {
    long pixels = infer(op).get(0).shape().orElseThrow().with(op.channelAxis(), 1).elements();
    return Work.macs(pixels, op.shape(1, op.imageRank()).elements());
  }
}
