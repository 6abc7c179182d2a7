package org.espalier.framework.training;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.NodeDef;

/**
 * What a classifier's output says of the classes, and the tensor that a loss is to read: the
 * logits, wherever there are any. A softmax or sigmoid at the end is looked through, also where
 * something that does not compute (a reshape, an identity) follows it.
 *
 * @param kind what the tensor holds
 * @param tensor in the network's graph
 * @param isFlat whether the tensor is [images, count]; else the same numbers in another shape
 * @param count numbers for one image
 */
record Answers(Kind kind, TensorRef tensor, boolean isFlat, int count) {
  /** What the numbers of a tensor are. */
  enum Kind {
    /** Of classes that exclude each other. */
    LOGITS,
    /** Of classes that exclude each other; their logarithms are logits. */
    PROBABILITIES,
    /** One for each class, or one for the second of two. */
    SIGMOID_LOGITS,
    /** The same behind a sigmoid. */
    SIGMOID_PROBABILITIES;

    /** Whether each number stands for itself, and the loss is the binary cross-entropy. */
    boolean isBinary() {
      return this == SIGMOID_LOGITS || this == SIGMOID_PROBABILITIES;
    }
  }

  private static final Set<String> PASSING =
      Set.of(
          "Identity",
          "StopGradient",
          "PreventGradient",
          "CheckNumerics",
          "EnsureShape",
          "Reshape",
          "Squeeze",
          "ExpandDims");

  /** What means of probabilities, and limits on them, are made of. */
  private static final Set<String> MIXING =
      Set.of(
          "Add",
          "AddV2",
          "AddN",
          "Mul",
          "RealDiv",
          "Mean",
          "Sum",
          "Pack",
          "ConcatV2",
          "Maximum",
          "Minimum",
          "ClipByValue");

  /**
   * Looks at a network's output.
   *
   * @throws BadInputException if it holds no scores of classes
   */
  static Answers of(Network network) {
    NodeGraph graph = network.graph();
    TensorRef output = network.logits();
    OutputShape whole = OutputShape.of(network, output);
    TensorRef end = passed(graph, output);
    NodeDef last = graph.node(end.node());
    Optional<TensorRef> softmax = softmaxInput(graph, last);
    if (softmax.isPresent()) {
      return at(network, whole, Kind.LOGITS, softmax.get());
    }
    if (last.getOp().equals("Sigmoid")) {
      return at(network, whole, Kind.SIGMOID_LOGITS, TensorRef.parse(last.getInput(0)));
    }
    Kind mixed = mixture(graph, end);
    Kind kind = whole.count() == 1 && mixed == Kind.LOGITS ? Kind.SIGMOID_LOGITS : mixed;
    return new Answers(kind, output, whole.isFlat(), whole.count());
  }

  private static Answers at(Network network, OutputShape whole, Kind kind, TensorRef tensor) {
    return new Answers(kind, tensor, OutputShape.of(network, tensor).isFlat(), whole.count());
  }

  /** How many classes it tells apart. */
  int classes() {
    return count == 1 ? 2 : count;
  }

  /**
   * @throws BadInputException if the network does not tell as many classes apart as the labels do,
   *     or reads other images
   */
  void check(Network network, Feed feed) {
    feed.check(network);
    if (classes() != feed.classes()) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s tells %d classes apart%s, %s has %d",
              network.name(),
              classes(),
              count == 1 ? " by one number" : "",
              feed.name(),
              feed.classes()));
    }
  }

  /** What a tensor is equal to but for its shape. */
  private static TensorRef passed(NodeGraph graph, TensorRef tensor) {
    TensorRef at = tensor;
    NodeDef node = graph.node(at.node());
    while (PASSING.contains(node.getOp())) {
      at = TensorRef.parse(node.getInput(0));
      node = graph.node(at.node());
    }
    return at;
  }

  /** What a softmax reads, also where it is written out as {@code exp(x - max) / sum}. */
  private static Optional<TensorRef> softmaxInput(NodeGraph graph, NodeDef node) {
    if (node.getOp().equals("Softmax")) {
      return Optional.of(TensorRef.parse(node.getInput(0)));
    }
    if (node.getOp().equals("RealDiv") || node.getOp().equals("Div")) {
      NodeDef exponents = graph.node(TensorRef.nodeOf(node.getInput(0)));
      NodeDef sum = graph.node(TensorRef.nodeOf(node.getInput(1)));
      if (exponents.getOp().equals("Exp")
          && sum.getOp().equals("Sum")
          && TensorRef.nodeOf(sum.getInput(0)).equals(exponents.getName())) {
        return Optional.of(TensorRef.parse(exponents.getInput(0)));
      }
    }
    return Optional.empty();
  }

  /** Whether a tensor is made of probabilities alone, as the mean of several networks' is. */
  private static Kind mixture(NodeGraph graph, TensorRef tensor) {
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    open.push(tensor.node());
    Set<Kind> found = new HashSet<>();
    while (!open.isEmpty()) {
      NodeDef node = graph.node(open.pop());
      if (!seen.add(node.getName()) || node.getOp().equals("Const")) {
        continue;
      }
      if (softmaxInput(graph, node).isPresent()) {
        found.add(Kind.PROBABILITIES);
      } else if (node.getOp().equals("Sigmoid")) {
        found.add(Kind.SIGMOID_PROBABILITIES);
      } else if (MIXING.contains(node.getOp()) || PASSING.contains(node.getOp())) {
        node.getInputList().stream()
            .filter(input -> !TensorRef.isControl(input))
            .forEach(input -> open.push(TensorRef.nodeOf(input)));
      } else {
        return Kind.LOGITS;
      }
    }
    return found.size() == 1 ? found.iterator().next() : Kind.LOGITS;
  }
}
