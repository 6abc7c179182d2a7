package org.espalier.graphs.ops;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.NodeDef;

/**
 * Static shape inference: what is known of every tensor of a network, from one walk over its nodes.
 */
public final class GraphFacts {
  private final NodeGraph graph;
  private final List<NodeDef> order;
  private final OpRules rules;
  private final Map<String, List<TensorFacts>> outputs = new HashMap<>();

  private GraphFacts(NodeGraph graph, OpRules rules) {
    this.graph = graph;
    this.rules = rules;
    this.order = graph.topological();
  }

  /**
   * Walks the network.
   *
   * @throws BadInputException if a node's inputs do not fit it
   */
  public static GraphFacts of(Network network, OpRules rules) {
    return of(network.graph(), rules);
  }

  /** The same, of any flat graph. */
  public static GraphFacts of(NodeGraph graph, OpRules rules) {
    return of(graph, rules, (node, known) -> known);
  }

  /**
   * The same.
   *
   * @param more what is known of a node's outputs beside what its rule infers
   */
  static GraphFacts of(
      NodeGraph graph,
      OpRules rules,
      BiFunction<NodeDef, List<TensorFacts>, List<TensorFacts>> more) {
    GraphFacts facts = new GraphFacts(graph, rules);
    for (NodeDef node : facts.order) {
      facts.outputs.put(node.getName(), facts.infer(facts.op(node), more));
    }
    return facts;
  }

  private List<TensorFacts> infer(
      Op op, BiFunction<NodeDef, List<TensorFacts>, List<TensorFacts>> more) {
    return asked(
        op,
        () -> {
          List<TensorFacts> inferred = rules.rule(op).infer(op);
          List<TensorFacts> out = more.apply(op.node(), ToldShapes.completed(op.node(), inferred));
          List<TensorFacts> integers = KnownIntegers.outputs(op);
          if (integers.isEmpty()) {
            return out;
          }
          List<TensorFacts> known = new ArrayList<>(integers);
          known.addAll(out.subList(Math.min(integers.size(), out.size()), out.size()));
          return known;
        });
  }

  /**
   * Asks a rule something.
   *
   * @throws BadInputException naming the node, where an attribute or a size is one that no rule
   *     could foresee
   */
  public static <T> T asked(Op op, Supplier<T> question) {
    try {
      return question.get();
    } catch (IndexOutOfBoundsException | ArithmeticException | NegativeArraySizeException e) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "node '%s' (%s) does not fit what it reads: %s",
              op.name(),
              op.node().getOp(),
              e.getMessage()),
          e);
    }
  }

  public NodeGraph graph() {
    return graph;
  }

  public OpRules rules() {
    return rules;
  }

  /** The nodes, inputs before their readers. */
  public List<NodeDef> order() {
    return order;
  }

  /** The node as its rule sees it. */
  public Op op(NodeDef node) {
    return new Op(node, NodeGraph.dataInputs(node).stream().map(this::tensor).toList());
  }

  /** The rule that can speak for the node. */
  public OpRule rule(NodeDef node) {
    return rules.rule(op(node));
  }

  /** Whether the rule for the node's op can speak for it. */
  public boolean applies(NodeDef node) {
    return rules.applies(op(node));
  }

  /** Whether there is a rule for the node's op. */
  public boolean knows(NodeDef node) {
    return rules.has(node.getOp());
  }

  /**
   * What a node costs for one image.
   *
   * @throws BadInputException if that is more than can be counted
   */
  public Work work(NodeDef node) {
    try {
      return rule(node).work(op(node));
    } catch (ArithmeticException e) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "node '%s' (%s) does more work than can be counted",
              node.getName(),
              node.getOp()),
          e);
    }
  }

  /** What is known of the outputs of a node; nothing where not even their number is. */
  public List<TensorFacts> outputs(NodeDef node) {
    return outputs.getOrDefault(node.getName(), List.of());
  }

  public TensorFacts tensor(TensorRef ref) {
    List<TensorFacts> known = outputs.getOrDefault(ref.node(), List.of());
    return ref.output() < known.size() ? known.get(ref.output()) : TensorFacts.UNKNOWN;
  }

  /** What is known of a node's first output. */
  public TensorFacts output(NodeDef node) {
    return tensor(TensorRef.of(node.getName()));
  }

  public Optional<Shape> shape(TensorRef ref) {
    return tensor(ref).shape().map(Shape::written);
  }
}
