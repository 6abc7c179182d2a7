package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.Shrink;
import org.espalier.graphs.ops.TensorFacts;
import org.espalier.graphs.ops.Work;

/**
 * Conv2DBackpropInput used as a layer, a transposed convolution. Inputs are the size of the output,
 * the kernel [rows, columns, out, in] and the image.
 */
final class TransposedConvolution implements OpRule {
  @Inject
  TransposedConvolution() {}

  @Override
  public Set<String> ops() {
    return Set.of("Conv2DBackpropInput");
  }

  @Override
  public boolean applies(Op op) {
    return op.isRanked() && op.input(0).integers().filter(s -> s.length == 4).isPresent();
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    int[] size = op.input(0).integers().orElseThrow();
    Shape kernel = op.shape(1, 4);
    int[] dims = new int[4];
    for (int a = 0; a < 4; a++) {
      dims[a] = TensorFacts.size(size[a]);
    }
    Shape out = Shape.of(dims).with(op.channelAxis(), kernel.dim(2));
    return List.of(TensorFacts.of(out.with(0, op.shape(2, 4).dim(0))));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    Axes kernel = links.in(1);
    links.keepWhole(kernel.get(0), "");
    links.keepWhole(kernel.get(1), "");
    links.tie(links.in(2).get(op.channelAxis()), kernel.get(3));
    return List.of(Axes.only(4, op.channelAxis(), kernel.get(2)));
  }

  @Override
  public void shrink(Op op, Shrink shrink) {
    int[] labels = shrink.out(0).get(op.channelAxis());
    int[] size = op.input(0).integers().orElseThrow().clone();
    if (labels != null && !TensorFacts.isOpen(size[op.channelAxis()])) {
      int kept = shrink.kept(labels, 0, labels.length);
      if (kept != size[op.channelAxis()]) {
        size[op.channelAxis()] = kept;
        shrink.replaceIntegers(0, size);
      }
    }
  }

  @Override
  public Work work(Op op) {
    long pixels = op.shape(2, 4).with(op.channelAxis(), 1).elements();
    return Work.macs(pixels, op.shape(1, 4).elements());
  }
}
