package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
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
 * Rows that are dealt out to several tensors and put together again, as a look-up in a table does
 * that lies in parts. The axes behind those of the indices stay as they are.
 */
final class Stitching implements OpRule {
  @Inject
  Stitching() {}

  @Override
  public Set<String> ops() {
    return Set.of("DynamicStitch", "ParallelDynamicStitch", "DynamicPartition");
  }

  private static boolean deals(Op op) {
    return op.node().getOp().equals("DynamicPartition");
  }

  /** The inputs that hold rows. */
  private static List<Integer> rows(Op op) {
    if (deals(op)) {
      return List.of(0);
    }
    List<Integer> rows = new ArrayList<>();
    for (int i = op.inputs().size() / 2; i < op.inputs().size(); i++) {
      rows.add(i);
    }
    return rows;
  }

  /** The input that says where the rows of another belong. */
  private static int indices(Op op, int rows) {
    return deals(op) ? 1 : rows - op.inputs().size() / 2;
  }

  @Override
  public boolean applies(Op op) {
    return op.isRanked()
        && op.inputs().size() >= 2
        && op.inputs().size() % 2 == 0
        && rows(op).stream().allMatch(i -> op.shape(i).rank() >= op.shape(indices(op, i)).rank());
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    int first = rows(op).get(0);
    List<Integer> dims = new ArrayList<>(List.of(Shape.UNKNOWN));
    for (int a = op.shape(indices(op, first)).rank(); a < op.shape(first).rank(); a++) {
      dims.add(op.shape(first).dim(a));
    }
    return Collections.nCopies(outputs(op), TensorFacts.of(new Shape(dims)));
  }

  private static int outputs(Op op) {
    return deals(op) ? Attributes.integer(op.node(), "num_partitions", 1) : 1;
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    int[][] out = new int[infer(op).get(0).shape().orElseThrow().rank()][];
    boolean met = false;
    for (int rows : rows(op)) {
      int before = op.shape(indices(op, rows)).rank();
      for (int a = 0; a < before; a++) {
        links.keepWhole(links.in(rows).get(a), "'" + op.name() + "' moves it at run time");
      }
      for (int a = 1; a < out.length; a++) {
        int[] labels = links.in(rows).get(before + a - 1);
        if (met) {
          links.tie(out[a], labels);
        }
        out[a] = met && out[a] == null ? null : labels;
      }
      met = true;
    }
    return Collections.nCopies(outputs(op), Axes.of(out));
  }
}
