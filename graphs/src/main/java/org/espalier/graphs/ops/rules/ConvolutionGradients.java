package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.TensorFacts;

/**
 * Gradients of convolutions that no layer is made of: of kernels, and of the images of depthwise
 * ones. Nothing is cut through them; but oneDNN ends the process where their sizes do not fit.
 */
final class ConvolutionGradients implements OpRule {
  @Inject
  ConvolutionGradients() {}

  @Override
  public Set<String> ops() {
    return Set.of(
        "Conv2DBackpropFilter",
        "Conv3DBackpropFilterV2",
        "DepthwiseConv2dNativeBackpropFilter",
        "DepthwiseConv2dNativeBackpropInput");
  }

  private static boolean isOfKernel(Op op) {
    return op.node().getOp().contains("BackpropFilter");
  }

  /** Where the size of what is made is told. */
  private static int told(Op op) {
    return isOfKernel(op) ? 1 : 0;
  }

  @Override
  public boolean applies(Op op) {
    return op.input(told(op)).integers().filter(s -> s.length == op.imageRank()).isPresent();
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    int[] sizes = op.input(told(op)).integers().orElseThrow();
    Shape made = Shape.of(Arrays.stream(sizes).map(TensorFacts::size).toArray());
    Shape other = op.shape(isOfKernel(op) ? 0 : 1, op.imageRank());
    check(op, isOfKernel(op) ? other : made, isOfKernel(op) ? made : other);
    return List.of(TensorFacts.of(made));
  }

  /** The convolution makes, of the image and with the kernel, what its gradient reads. */
  private static void check(Op op, Shape image, Shape kernel) {
    Shape read = op.shape(2, op.imageRank());
    Shape out =
        Windows.slide(op, image, Windows.ofKernel(op, kernel))
            .with(op.channelAxis(), channels(op, kernel));
    for (int axis = 0; axis < out.rank(); axis++) {
      if (!fits(op, axis, out.dim(axis), read.dim(axis))) {
        throw op.bad(
            String.format(
                Locale.ROOT,
                "is the gradient of a convolution that makes %s of %s, and reads %s, as far as it"
                    + " is known",
                out,
                image,
                read));
      }
    }
  }

  private static int channels(Op op, Shape kernel) {
    int each = kernel.dim(kernel.rank() - 2);
    if (!op.node().getOp().startsWith("Depthwise")) {
      return kernel.last();
    }
    return Shape.isOpen(each) || Shape.isOpen(kernel.last())
        ? Shape.UNKNOWN
        : Math.multiplyExact(each, kernel.last());
  }

  /**
   * For the gradient of an image, the number of images is that of what is read, whatever is told.
   * For that of a kernel, both must be known to be of the same.
   */
  private static boolean fits(Op op, int axis, int made, int read) {
    if (axis == 0) {
      return !isOfKernel(op) || made == read && made != Shape.UNKNOWN;
    }
    return Shape.isOpen(made) || Shape.isOpen(read) || made == read;
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    for (int input = 0; input < op.inputs().size(); input++) {
      links.keepWhole(links.in(input), "'" + op.name() + "' is the gradient of a convolution");
    }
    return List.of(Axes.NONE);
  }
}
