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

/**
 * SpaceToDepth and DepthToSpace: the pixels of a block become channels, or the other way round.
 * With blocks of b x b, channel {@code k * C + c} of the deep side is channel c of the wide side.
 */
final class BlockRearranging implements OpRule {
  @Inject
  BlockRearranging() {}

  @Override
  public Set<String> ops() {
    return Set.of("SpaceToDepth", "DepthToSpace");
  }

  @Override
  public boolean applies(Op op) {
    return op.isRanked() && Attributes.text(op.node(), "data_format", "NHWC").equals("NHWC");
  }

  private static boolean deepens(Op op) {
    return op.node().getOp().equals("SpaceToDepth");
  }

  private static int block(Op op) {
    int block = Attributes.integer(op.node(), "block_size", 0);
    int channels = op.shape(0, 4).dim(3);
    if (block < 2 || !deepens(op) && channels % Math.multiplyExact(block, block) != 0) {
      throw op.bad("has blocks of " + block + " for " + channels + " channels");
    }
    return block;
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    int b = block(op);
    Shape out = op.shape(0, 4);
    for (int a = 1; a < 4; a++) {
      int by = a == 3 ? b * b : b;
      boolean grows = deepens(op) == (a == 3);
      if (!Shape.isOpen(out.dim(a))) {
        out = out.with(a, grows ? Math.multiplyExact(out.dim(a), by) : out.dim(a) / by);
      }
    }
    return List.of(TensorFacts.of(out));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    int[] in = links.in(0).get(3);
    links.keepWholeBut(links.in(0), 3);
    int pixels = block(op) * block(op);
    if (in == null) {
      return List.of(Axes.only(4, 3, null));
    }
    int[] out;
    if (deepens(op)) {
      out = new int[in.length * pixels];
      Arrays.setAll(out, i -> in[i % in.length]);
    } else {
      out = Arrays.copyOf(in, in.length / pixels);
      for (int k = 1; k < pixels; k++) {
        links.tie(out, Arrays.copyOfRange(in, k * out.length, (k + 1) * out.length));
      }
    }
    return List.of(Axes.only(4, 3, out));
  }
}
