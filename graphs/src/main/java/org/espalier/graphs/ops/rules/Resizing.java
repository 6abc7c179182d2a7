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

/**
 * Images, or boxes of them, made larger or smaller: rows and columns change, channels do not. There
 * are as many boxes as there are; each may be of any image.
 */
final class Resizing implements OpRule {
  @Inject
  Resizing() {}

  @Override
  public Set<String> ops() {
    return Set.of(
        "ResizeBilinear",
        "ResizeNearestNeighbor",
        "ResizeBicubic",
        "ResizeArea",
        "ScaleAndTranslate",
        "CropAndResize");
  }

  private static boolean crops(Op op) {
    return op.node().getOp().equals("CropAndResize");
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    int[] open = {TensorFacts.RUN_TIME, TensorFacts.RUN_TIME};
    int[] size = op.input(crops(op) ? 3 : 1).integers().orElse(open);
    Shape images = op.shape(0, 4);
    Shape out = crops(op) ? images.with(0, op.shape(1, 2).dim(0)) : images;
    return List.of(
        TensorFacts.of(out.with(1, TensorFacts.size(size[0])).with(2, TensorFacts.size(size[1]))));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    links.keepWholeBut(links.in(0), 3);
    return List.of(Axes.only(4, 3, links.in(0).get(3)));
  }
}
