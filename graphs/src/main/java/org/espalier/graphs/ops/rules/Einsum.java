package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.TensorFacts;
import org.espalier.graphs.ops.Work;

/**
 * Einsum, in which attention and its dense layers are written: its equation says shapes and cost.
 * All that it reads stays whole.
 */
final class Einsum implements OpRule {
  private static final String DOTS = "...";

  @Inject
  Einsum() {}

  @Override
  public Set<String> ops() {
    return Set.of("Einsum");
  }

  @Override
  public boolean applies(Op op) {
    return op.isRanked() && terms(op).size() == op.inputs().size() + 1;
  }

  /** The indices of each input, and those of the output last. */
  private static List<String> terms(Op op) {
    String equation = Attributes.text(op.node(), "equation", "").replace(" ", "");
    return List.of(equation.replace("->", ",").split(",", -1));
  }

  /** The sizes of all indices; those that dots stand for are numbered from the last one. */
  private static Map<String, Integer> sizes(Op op) {
    Map<String, Integer> sizes = new HashMap<>();
    for (int i = 0; i < op.inputs().size(); i++) {
      Shape shape = op.shape(i);
      List<String> indices = indices(terms(op).get(i), shape.rank());
      if (indices.size() != shape.rank()) {
        throw op.bad("has indices '" + terms(op).get(i) + "' for shape " + shape);
      }
      for (int a = 0; a < shape.rank(); a++) {
        sizes.merge(indices.get(a), shape.dim(a), Einsum::joined);
      }
    }
    return sizes;
  }

  /** An open size beside a known one is that; one of 1 is repeated. */
  private static int joined(int a, int b) {
    return a == 1 ? b : b == 1 ? a : Math.max(a, b);
  }

  private static List<String> indices(String term, int rank) {
    List<String> indices = new ArrayList<>();
    int dotted = rank - term.replace(DOTS, "").length();
    for (int at = 0; at < term.length(); at++) {
      if (term.startsWith(DOTS, at)) {
        for (int d = dotted; d > 0; d--) {
          indices.add(DOTS + d);
        }
        at += DOTS.length() - 1;
      } else {
        indices.add(term.substring(at, at + 1));
      }
    }
    return indices;
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    Map<String, Integer> sizes = sizes(op);
    String out = terms(op).get(op.inputs().size());
    int dotted = (int) sizes.keySet().stream().filter(i -> i.startsWith(DOTS)).count();
    int rank = out.replace(DOTS, "").length() + (out.contains(DOTS) ? dotted : 0);
    return List.of(
        TensorFacts.of(
            new Shape(
                indices(out, rank).stream()
                    .map(i -> sizes.getOrDefault(i, Shape.UNKNOWN))
                    .toList())));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    for (int i = 0; i < op.inputs().size(); i++) {
      links.keepWhole(links.in(i), "'" + op.name() + "' (Einsum) reads it");
    }
    return List.of();
  }

  /** A product of two: one multiplication for each choice of all indices. */
  @Override
  public Work work(Op op) {
    return op.inputs().size() < 2
        ? Work.NONE
        : Work.macs(new Shape(List.copyOf(sizes(op).values())).elements(), 1);
  }
}
