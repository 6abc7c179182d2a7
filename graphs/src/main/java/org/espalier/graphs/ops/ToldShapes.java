package org.espalier.graphs.ops;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Shapes that no rule can tell, from someone who can. They are written to the nodes that make the
 * tensors. A cut leaves them right: what an op without a rule reads keeps all its channels, and of
 * other ops only the sizes are taken that their rules do not know, along which nothing goes.
 */
public final class ToldShapes {
  /**
   * The attribute that holds them: for each output the rank, -1 where it is unknown, and the sizes.
   */
  private static final String ATTRIBUTE = Network.TOLD;

  /** What these make is known, or is a handle. */
  private static final Set<String> SOURCES =
      Set.of("VarHandleOp", "Variable", "VariableV2", "Placeholder", "Const");

  private ToldShapes() {}

  /**
   * Asks for the shapes that are missing, and for no others.
   *
   * @param asked what the outputs of a node are, as far as known
   */
  public static Network ask(
      Network network, OpRules rules, Function<NodeDef, List<Optional<Shape>>> asked) {
    GraphDef.Builder changed = network.graph().def().toBuilder();
    Map<String, AttrValue> told = new HashMap<>();
    GraphFacts.of(
        network.graph(),
        rules,
        (node, known) -> {
          if (!lacks(node, known)) {
            return known;
          }
          List<Optional<Shape>> shapes = asked.apply(node);
          List<TensorFacts> merged = merged(known, shapes);
          if (!isSame(known, merged)) {
            told.put(node.getName(), written(shapes));
          }
          return merged;
        });
    for (NodeDef.Builder node : changed.getNodeBuilderList()) {
      AttrValue shapes = told.get(node.getName());
      if (shapes != null) {
        node.putAttr(ATTRIBUTE, shapes);
      }
    }
    return told.isEmpty() ? network : network.withGraph(new NodeGraph(changed.build()));
  }

  private static boolean lacks(NodeDef node, List<TensorFacts> known) {
    return !SOURCES.contains(node.getOp())
        && (known.isEmpty()
            || known.stream()
                .anyMatch(f -> f.shape().map(s -> s.dims().contains(Shape.UNKNOWN)).orElse(true)));
  }

  private static boolean isSame(List<TensorFacts> a, List<TensorFacts> b) {
    return a.stream()
        .map(TensorFacts::shape)
        .toList()
        .equals(b.stream().map(TensorFacts::shape).toList());
  }

  /** What the rule knows of a node's outputs, and beside it what was told of them. */
  static List<TensorFacts> completed(NodeDef node, List<TensorFacts> known) {
    AttrValue told = node.getAttrMap().get(ATTRIBUTE);
    return told == null ? known : merged(known, read(told));
  }

  private static List<TensorFacts> merged(List<TensorFacts> known, List<Optional<Shape>> told) {
    List<TensorFacts> merged =
        new ArrayList<>(
            known.isEmpty() ? Collections.nCopies(told.size(), TensorFacts.UNKNOWN) : known);
    for (int i = 0; i < Math.min(merged.size(), told.size()); i++) {
      TensorFacts own = merged.get(i);
      merged.set(i, new TensorFacts(merged(own.shape(), told.get(i)), own.integers()));
    }
    return merged;
  }

  private static Optional<Shape> merged(Optional<Shape> own, Optional<Shape> told) {
    if (own.isEmpty() || told.isEmpty() || own.get().rank() != told.get().rank()) {
      return own.or(() -> told);
    }
    Shape merged = own.get();
    for (int a = 0; a < merged.rank(); a++) {
      if (merged.dim(a) == Shape.UNKNOWN) {
        merged = merged.with(a, told.get().dim(a));
      }
    }
    return Optional.of(merged);
  }

  private static AttrValue written(List<Optional<Shape>> shapes) {
    int[] numbers =
        shapes.stream()
            .flatMapToLong(
                s ->
                    s.map(
                            known ->
                                LongStream.concat(
                                    LongStream.of(known.rank()),
                                    LongStream.of(known.toLongArray())))
                        .orElse(LongStream.of(-1)))
            .mapToInt(Math::toIntExact)
            .toArray();
    return Attributes.numbers(numbers);
  }

  private static List<Optional<Shape>> read(AttrValue written) {
    List<Long> numbers = written.getList().getIList();
    List<Optional<Shape>> shapes = new ArrayList<>();
    int at = 0;
    while (at < numbers.size()) {
      int rank = Math.toIntExact(numbers.get(at++));
      if (rank < 0) {
        shapes.add(Optional.empty());
      } else {
        shapes.add(
            Optional.of(
                new Shape(numbers.subList(at, at + rank).stream().map(Math::toIntExact).toList())));
        at += rank;
      }
    }
    return shapes;
  }
}
