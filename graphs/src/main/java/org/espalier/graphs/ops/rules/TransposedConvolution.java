package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
 * The gradient of a convolution used as a layer, a transposed convolution: of images, of volumes,
 * and of rows that are images one pixel high. Inputs are the size of the output, the kernel [...,
 * out / groups, in] and the image. The size may leave batch and channels out.
 */
final class TransposedConvolution implements OpRule {
  @Inject
  TransposedConvolution() {}

  @Override
  public Set<String> ops() {
    return Set.of("Conv2DBackpropInput", "Conv3DBackpropInputV2");
  }

  @Override
  public boolean applies(Op op) {
    return op.isImages(2) && op.input(1).shape().isPresent();
  }

  /** What the size says of an axis of the output. */
  private static int told(Op op, int axis) {
    Optional<int[]> size = op.input(0).integers();
    int rank = op.imageRank();
    if (size.isPresent() && size.get().length == rank) {
      return size.get()[axis];
    }
    boolean pixels = axis >= op.rowAxis() && axis < op.rowAxis() + rank - 2;
    return pixels && size.isPresent() && size.get().length == rank - 2
        ? size.get()[axis - op.rowAxis()]
        : TensorFacts.RUN_TIME;
  }

  /** As the kernel holds those of one group, the size tells how many there are. */
  private static int groups(Op op) {
    int each = op.shape(1).dim(op.imageRank() - 2);
    int out = told(op, op.channelAxis());
    return TensorFacts.isOpen(out) || each < 1 ? 1 : Math.max(1, out / each);
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    int rank = op.imageRank();
    Shape in = op.shape(2, rank);
    Shape kernel = op.shape(1, rank);
    int read = in.dim(op.channelAxis());
    if (!Shape.isOpen(read) && !Shape.isOpen(kernel.last()) && read != kernel.last()) {
      throw op.bad("has a kernel for " + kernel.last() + " channels, but reads " + read);
    }
    Shape out = in;
    for (int axis = op.rowAxis(); axis < op.rowAxis() + rank - 2; axis++) {
      out = out.with(axis, TensorFacts.size(told(op, axis)));
    }
    checkSizes(op, in, kernel, out);
    int each = kernel.dim(rank - 2);
    int channels = Shape.isOpen(each) ? Shape.UNKNOWN : Math.multiplyExact(each, groups(op));
    return List.of(TensorFacts.of(out.with(op.channelAxis(), channels)));
  }

  /**
   * The convolution whose gradient it is makes what this one reads of what this one makes. oneDNN
   * ends the process where it does not.
   */
  private static void checkSizes(Op op, Shape in, Shape kernel, Shape out) {
    Shape back = Windows.slide(op, out, Windows.ofKernel(op, kernel));
    for (int axis = op.rowAxis(); axis < op.rowAxis() + op.imageRank() - 2; axis++) {
      int expected = back.dim(axis);
      if (!Shape.isOpen(expected) && !Shape.isOpen(in.dim(axis)) && expected != in.dim(axis)) {
        throw op.bad(
            String.format(
                Locale.ROOT,
                "is to make a size of %d along axis %d, for which it would have to read %d, and reads %d",
                out.dim(axis),
                axis,
                expected,
                in.dim(axis)));
      }
    }
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    int rank = op.imageRank();
    Axes kernel = links.in(1);
    for (int axis = 0; axis < rank - 2; axis++) {
      links.keepWhole(kernel.get(axis), "");
    }
    links.keepWholeBut(links.in(2), op.channelAxis());
    int[] in = links.in(2).get(op.channelAxis());
    int[] out = kernel.get(rank - 2);
    links.tie(in, kernel.get(rank - 1));
    links.layer(out, kernel.get(rank - 1));
    int groups = groups(op);
    if (groups > 1 && op.shape(1).dim(rank - 2) == 1) {
      links.keepWhole(out, "");
      out = Groups.oneForEach(links, in, groups);
    } else if (groups > 1) {
      Groups.tie(links, in, groups);
      out = Groups.repeated(out, groups);
    }
    return List.of(Axes.only(rank, op.channelAxis(), out));
  }

  @Override
  public void shrink(Op op, Shrink shrink) {
    int[] labels = shrink.out(0).get(op.channelAxis());
    int told = told(op, op.channelAxis());
    if (labels != null && !TensorFacts.isOpen(told)) {
      int kept = shrink.kept(labels, 0, labels.length);
      if (kept != told) {
        int[] size = op.input(0).integers().orElseThrow().clone();
        size[op.channelAxis()] = kept;
        shrink.replaceIntegers(0, size);
      }
    }
  }

  /** Every pixel of the image is multiplied with all weights that read its channel. */
  @Override
  public Work work(Op op) {
    int rank = op.imageRank();
    long pixels = op.shape(2, rank).with(op.channelAxis(), 1).elements();
    return Work.macs(pixels, op.shape(1, rank).elements());
  }
}
