package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.TensorFacts;
import org.espalier.graphs.ops.Work;

/**
 * DepthwiseConv2dNative. The kernel is [rows, columns, in, multiplier]; output channel {@code c *
 * multiplier + m} reads input channel c alone, so it goes when c goes.
 */
final class DepthwiseConvolution implements OpRule {
  @Inject
  DepthwiseConvolution() {}

  @Override
  public Set<String> ops() {
    return Set.of("DepthwiseConv2dNative");
  }

  @Override
  public boolean applies(Op op) {
    return op.isImages();
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    Shape in = op.shape(0, 4);
    Shape kernel = op.shape(1, 4);
    int channels = in.dim(op.channelAxis());
    if (!Shape.isOpen(channels) && !Shape.isOpen(kernel.dim(2)) && channels != kernel.dim(2)) {
      throw op.bad("has a kernel for " + kernel.dim(2) + " channels, but reads " + channels);
    }
    return List.of(
        TensorFacts.of(
            Windows.slide(op, in, Windows.ofKernel(op, kernel))
                .with(
                    op.channelAxis(),
                    kernel.isKnown()
                        ? Math.multiplyExact(kernel.dim(2), kernel.dim(3))
                        : Shape.UNKNOWN)));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    Axes kernel = links.in(1);
    int axis = op.channelAxis();
    links.keepWhole(kernel.get(0), "");
    links.keepWhole(kernel.get(1), "");
    links.keepWhole(kernel.get(3), "");
    int[] in = links.in(0).get(axis);
    links.keepWholeBut(links.in(0), axis);
    int[] own = kernel.get(2);
    links.tie(in, own);
    if (in == null || own == null) {
      return List.of(Axes.only(4, axis, null));
    }
    int multiplier = op.shape(1, 4).dim(3);
    int[] out = new int[own.length * multiplier];
    Arrays.setAll(out, i -> own[i / multiplier]);
    return List.of(Axes.only(4, axis, out));
  }

  @Override
  public Work work(Op op) {
    long pixels = infer(op).get(0).shape().orElseThrow().with(op.channelAxis(), 1).elements();
    return Work.macs(pixels, op.shape(1, 4).elements());
  }
}
