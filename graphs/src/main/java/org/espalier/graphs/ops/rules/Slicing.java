package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.Shrink;
import org.espalier.graphs.ops.StridedSlicing;
import org.espalier.graphs.ops.StridedSlicing.Range;
import org.espalier.graphs.ops.TensorFacts;

/**
 * Slice and StridedSlice. A span of channels moves and shrinks with what is cut before and in it;
 * every second channel, or one channel alone, has to stay where it is.
 */
final class Slicing implements OpRule {
  @Inject
  Slicing() {}

  @Override
  public Set<String> ops() {
    return Set.of("Slice", "StridedSlice");
  }

  @Override
  public boolean applies(Op op) {
    return op.isRanked() && ranges(op).isPresent();
  }

  private static Optional<List<Range>> ranges(Op op) {
    return isSlice(op) ? StridedSlicing.slice(op) : StridedSlicing.plan(op, op.shape(0));
  }

  private static boolean isSlice(Op op) {
    return op.node().getOp().equals("Slice");
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    Shape in = op.shape(0);
    List<Integer> dims = new ArrayList<>();
    for (Range r : ranges(op).orElseThrow()) {
      if (!r.dropped()) {
        dims.add(r.whole() ? in.dim(r.axis()) : r.count());
      }
    }
    return List.of(TensorFacts.of(new Shape(dims)));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    List<int[]> out = new ArrayList<>();
    for (Range r : ranges(op).orElseThrow()) {
      int[] labels = r.axis() < 0 ? null : links.in(0).get(r.axis());
      if (labels != null && !r.whole() && !r.isSpan()) {
        links.keepWhole(labels, "'" + op.name() + "' takes single channels of it");
        labels = null;
      }
      if (labels != null && !r.whole()) {
        labels = r.indices().map(at(labels)).toArray();
        links.part(labels);
      }
      if (!r.dropped()) {
        out.add(labels);
      }
    }
    return List.of(Axes.of(out.toArray(int[][]::new)));
  }

  private static java.util.function.IntUnaryOperator at(int[] labels) {
    return i -> labels[i];
  }

  @Override
  public void shrink(Op op, Shrink shrink) {
    int[] begins = op.input(1).integers().orElse(new int[0]).clone();
    int[] ends = op.input(2).integers().orElse(new int[0]).clone();
    boolean changed = false;
    for (Range r : ranges(op).orElseThrow()) {
      int[] labels = r.axis() < 0 ? null : shrink.in(0).get(r.axis());
      if (labels == null || r.entry() < 0 || !r.isSpan() || r.entry() >= begins.length) {
        continue;
      }
      int before = shrink.kept(labels, 0, r.begin());
      int kept = shrink.kept(labels, r.begin(), r.begin() + r.count());
      if (kept == r.count() && before == r.begin()) {
        continue;
      }
      changed = true;
      begins[r.entry()] = before;
      boolean toEnd = isSlice(op) && ends[r.entry()] == -1;
      ends[r.entry()] = isSlice(op) ? (toEnd ? -1 : kept) : before + kept;
    }
    if (changed) {
      shrink.replaceIntegers(1, begins);
      shrink.replaceIntegers(2, ends);
    }
  }
}
