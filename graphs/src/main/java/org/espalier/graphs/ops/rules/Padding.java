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

/**
 * Pad, on channels too: the channels of zeros that a parameter-free shortcut appends are channels
 * like others, and fewer are appended when they are cut.
 */
final class Padding implements OpRule {
  @Inject
  Padding() {}

  @Override
  public Set<String> ops() {
    return Set.of("Pad", "PadV2", "MirrorPad");
  }

  @Override
  public boolean applies(Op op) {
    return op.isRanked() && op.knows(1);
  }

  private static int[] paddings(Op op) {
    int[] paddings = op.integers(1);
    if (paddings.length != 2 * op.shape(0).rank()) {
      throw op.bad("has " + paddings.length + " paddings for shape " + op.shape(0));
    }
    return paddings;
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    Shape out = op.shape(0);
    int[] paddings = paddings(op);
    for (int a = 0; a < out.rank(); a++) {
      if (!Shape.isOpen(out.dim(a))) {
        out =
            out.with(
                a, Math.addExact(Math.addExact(paddings[2 * a], out.dim(a)), paddings[2 * a + 1]));
      }
    }
    return List.of(TensorFacts.of(out));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    int[] paddings = paddings(op);
    int[][] out = new int[op.shape(0).rank()][];
    for (int a = 0; a < out.length; a++) {
      int[] in = links.in(0).get(a);
      int before = paddings[2 * a];
      int after = paddings[2 * a + 1];
      if (in == null || before + after == 0) {
        out[a] = in;
        continue;
      }
      if (op.node().getOp().equals("MirrorPad")) {
        links.keepWhole(in, "'" + op.name() + "' mirrors it");
        continue;
      }
      int[] added = links.fresh(before + after);
      out[a] = new int[before + in.length + after];
      System.arraycopy(added, 0, out[a], 0, before);
      System.arraycopy(in, 0, out[a], before, in.length);
      System.arraycopy(added, before, out[a], before + in.length, after);
    }
    return List.of(Axes.of(out));
  }

  @Override
  public void shrink(Op op, Shrink shrink) {
    int[] paddings = paddings(op);
    int[] changed = paddings.clone();
    for (int a = 0; a < op.shape(0).rank(); a++) {
      int[] out = shrink.out(0).get(a);
      if (out != null) {
        changed[2 * a] = shrink.kept(out, 0, paddings[2 * a]);
        changed[2 * a + 1] = shrink.kept(out, out.length - paddings[2 * a + 1], out.length);
      }
    }
    if (!java.util.Arrays.equals(paddings, changed)) {
      shrink.replaceIntegers(1, changed);
    }
  }
}
