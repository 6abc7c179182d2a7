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
 * SpaceToBatchND and BatchToSpaceND, between which a dilated convolution is a plain one: pixels
 * that lie apart become images of their own, and back. Inputs are the image, the block and how much
 * is padded or cropped.
 */
final class BatchBlocks implements OpRule {
  @Inject
  BatchBlocks() {}

  @Override
  public Set<String> ops() {
    return Set.of("SpaceToBatchND", "BatchToSpaceND");
  }

  @Override
  public boolean applies(Op op) {
    return op.isRanked() && op.knows(1) && op.input(2).integers().isPresent();
  }

  private static boolean spreads(Op op) {
    return op.node().getOp().equals("SpaceToBatchND");
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    int[] block = op.integers(1);
    int[] edges = op.input(2).integers().orElseThrow();
    Shape out = op.shape(0);
    int images = 1;
    for (int i = 0; i < block.length; i++) {
      images = Math.multiplyExact(images, block[i]);
      int size = out.dim(i + 1);
      boolean open =
          Shape.isOpen(size)
              || TensorFacts.isOpen(edges[2 * i])
              || TensorFacts.isOpen(edges[2 * i + 1]);
      int edge = open ? 0 : Math.addExact(edges[2 * i], edges[2 * i + 1]);
      out =
          out.with(
              i + 1,
              open
                  ? Shape.UNKNOWN
                  : spreads(op)
                      ? Math.addExact(size, edge) / block[i]
                      : Math.subtractExact(Math.multiplyExact(size, block[i]), edge));
    }
    return List.of(TensorFacts.of(out.with(0, batch(out.dim(0), images, spreads(op)))));
  }

  private static int batch(int size, int by, boolean grows) {
    if (size == Shape.UNKNOWN) {
      return size;
    }
    int images = Shape.isBatch(size) ? Shape.UNKNOWN - size : size;
    int changed = grows ? Math.multiplyExact(images, by) : images / by;
    return Shape.isBatch(size) ? Shape.batches(changed) : changed;
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    int rank = op.shape(0).rank();
    int[][] out = new int[rank][];
    for (int a = 0; a <= op.integers(1).length; a++) {
      links.keepWhole(links.in(0).get(a), "");
    }
    for (int a = op.integers(1).length + 1; a < rank; a++) {
      out[a] = links.in(0).get(a);
    }
    return List.of(Axes.of(out));
  }
}
