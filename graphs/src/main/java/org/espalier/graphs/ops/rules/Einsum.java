package org.espalier.graphs.ops.rules;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ops.Axes;
import org.espalier.graphs.ops.Links;
import org.espalier.graphs.ops.Op;
import org.espalier.graphs.ops.OpRule;
import org.espalier.graphs.ops.TensorFacts;
import org.espalier.graphs.ops.Work;

/**
 * Einsum, in which attention and its dense layers are written. Axes of one index hold the same
 * channels; those of an index that the result lacks are summed over.
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
      List<String> indices = inputs(op).get(i);
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

  /** The index of each axis of each input. */
  private static List<List<String>> inputs(Op op) {
    List<List<String>> inputs = new ArrayList<>();
    for (int i = 0; i < op.inputs().size(); i++) {
      Shape shape = op.shape(i);
      List<String> indices = indices(terms(op).get(i), shape.rank());
      if (indices.size() != shape.rank()) {
        throw op.bad("has indices '" + terms(op).get(i) + "' for shape " + shape);
      }
      inputs.add(indices);
    }
    return inputs;
  }

  /** The index of each axis of the output. */
  private static List<String> output(Op op, Map<String, Integer> sizes) {
    String out = terms(op).get(op.inputs().size());
    int dotted = (int) sizes.keySet().stream().filter(i -> i.startsWith(DOTS)).count();
    int rank = out.replace(DOTS, "").length() + (out.contains(DOTS) ? dotted : 0);
    return indices(out, rank);
  }

  @Override
  public List<TensorFacts> infer(Op op) {
    Map<String, Integer> sizes = sizes(op);
    return List.of(
        TensorFacts.of(
            new Shape(
                output(op, sizes).stream()
                    .map(i -> sizes.getOrDefault(i, Shape.UNKNOWN))
                    .toList())));
  }

  @Override
  public List<Axes> link(Op op, Links links) {
    Map<String, int[]> labels = new LinkedHashMap<>();
    Set<String> open = new HashSet<>();
    Map<String, Integer> sizes = sizes(op);
    List<List<String>> inputs = inputs(op);
    for (int i = 0; i < inputs.size(); i++) {
      for (int a = 0; a < inputs.get(i).size(); a++) {
        meet(op, links, i, a, inputs.get(i).get(a), sizes, labels, open);
      }
    }
    List<String> out = output(op, sizes);
    for (Map.Entry<String, int[]> index : labels.entrySet()) {
      if (!out.contains(index.getKey())) {
        sum(op, links, index.getKey(), index.getValue());
      }
    }
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.size() > 1 && !links.isFed(i)) {
        for (int a = 0; a < inputs.get(i).size(); a++) {
          boolean made = out.contains(inputs.get(i).get(a));
          int[] own = links.in(i).get(a);
          links.layer(made ? own : null, made ? null : own);
        }
      }
    }
    return List.of(
        Axes.of(
            out.stream().map(i -> open.contains(i) ? null : labels.get(i)).toArray(int[][]::new)));
  }

  /** One axis of an input: what lies along it is what lies along all others of that index. */
  private static void meet(
      Op op,
      Links links,
      int input,
      int axis,
      String index,
      Map<String, Integer> sizes,
      Map<String, int[]> labels,
      Set<String> open) {
    int[] own = links.in(input).get(axis);
    if (op.shape(input).dim(axis) != sizes.get(index)) {
      links.keepWhole(own, "'" + op.name() + "' broadcasts it");
      return;
    }
    boolean met = labels.containsKey(index) || open.contains(index);
    if (met) {
      links.tie(labels.get(index), own);
    }
    if (own == null) {
      open.add(index);
    } else {
      labels.putIfAbsent(index, own);
    }
  }

  /** A sum over products of two adds nothing where one of them is zero. */
  private void sum(Op op, Links links, String index, int[] labels) {
    List<List<String>> inputs = inputs(op);
    boolean single = inputs.stream().filter(i -> i.contains(index)).count() < 2;
    boolean silent =
        IntStream.range(0, inputs.size())
            .anyMatch(i -> inputs.get(i).contains(index) && links.isSilent(i));
    if (single || !silent) {
      links.keepWhole(
          labels, "'" + op.name() + "' sums over it" + (single ? "" : Products.STILL_COUNTS));
    }
  }

  /** A product of two: one multiplication for each choice of all indices. */
  @Override
  public Work work(Op op) {
    return op.inputs().size() < 2
        ? Work.NONE
        : Work.macs(new Shape(List.copyOf(sizes(op).values())).elements(), 1);
  }
}
