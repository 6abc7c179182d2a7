package org.espalier.graphs.ops;

import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;

/** Conv2D, grouped too. The kernel is [rows, columns, in / groups, out]. */
final class Convolution implements OpRule {
  @Inject
  Convolution() {}

  @Override
  public Set<String> ops() {
    return Set.of("Conv2D");
  }

  @Override
  public boolean needsRanks() {
    return false;
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    Shape in = op.shape(0, 4);
    Shape kernel = op.shape(1, 4);
    if (Arrays.stream(Attributes.numbers(op.node(), "dilations")).anyMatch(d -> d != 1)) {
      // Its gradient ignores dilations, but shapes and channels do not.
      kernel = dilated(op, kernel);
    }
    int channels = in.dim(op.channelAxis());
    if (channels != Shape.UNKNOWN && channels % kernel.dim(2) != 0) {
      throw op.bad("has a kernel for " + kernel.dim(2) + " channels, but reads " + channels);
    }
    return List.of(
        TensorFacts.of(
            Windows.slide(op, in, kernel.dim(0), kernel.dim(1))
                .with(op.channelAxis(), kernel.dim(3))));
  }

  private static Shape dilated(Op op, Shape kernel) {
    int[] dilations = Attributes.numbers(op.node(), "dilations");
    int r = op.rowAxis();
    return kernel
        .with(0, (kernel.dim(0) - 1) * dilations[r] + 1)
        .with(1, (kernel.dim(1) - 1) * dilations[r + 1] + 1);
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    Axes kernel = links.in(1);
    int axis = op.channelAxis();
    int[] in = links.in(0).get(axis);
    links.keepWhole(kernel.get(0), "");
    links.keepWhole(kernel.get(1), "");
    int groups = op.shape(0, 4).dim(axis) / op.shape(1, 4).dim(2);
    int[] out = kernel.get(3);
    if (groups > 1) {
      in = tieGroups(links, in, groups);
      if (out != null) {
        tieGroups(links, out, groups);
      }
    }
    links.tie(in, kernel.get(2));
    return List.of(Axes.only(4, axis, out));
  }

  /**
   * All groups keep the same channels, so that they stay equally wide. Returns those of the first.
   */
  private static int[] tieGroups(Links links, int[] labels, int groups) {
    if (labels == null) {
      return null;
    }
    int width = labels.length / groups;
    int[] first = Arrays.copyOf(labels, width);
    for (int g = 1; g < groups; g++) {
      links.tie(first, Arrays.copyOfRange(labels, g * width, (g + 1) * width));
    }
    return first;
  }

  @Override
  public Work work(Op op) {
    long pixels = infer(op).get(0).shape().orElseThrow().with(op.channelAxis(), 1).elements();
    long macs = pixels * op.shape(1, 4).elements();
    return new Work(macs, 2 * macs);
  }
}
