package org.espalier.graphs.cost;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.ops.GraphFacts;
import org.espalier.graphs.ops.TensorFacts;
import org.tensorflow.proto.NodeDef;

/** Which nodes do work that cannot be counted, so that a total without it is too low. */
public final class OpenWork {
  /** Ops that multiply and accumulate, by what TensorFlow calls them. */
  private static final Pattern MULTIPLIES =
      Pattern.compile(".*(Conv[123]D|Conv2d|Conv$|Convolution|MatMul|Einsum|LSTM|GRU|RNN|Dot).*");

  private OpenWork() {}

  /** Sentences on them, in the order in which data meets them. */
  public static List<String> of(GraphFacts facts) {
    return facts.order().stream().flatMap(node -> of(facts, node).stream()).toList();
  }

  private static Optional<String> of(GraphFacts facts, NodeDef node) {
    if (facts.work(node).macs() == 0 && !multiplies(facts, node)) {
      return Optional.empty();
    }
    String who = String.format(Locale.ROOT, "'%s' (%s)", node.getName(), node.getOp());
    if (!facts.knows(node)) {
      return Optional.of("no rule counts the work of " + who);
    }
    return facts.applies(node) && isKnown(facts, node)
        ? Optional.empty()
        : Optional.of("the size of what " + who + " works on is known only at run time");
  }

  private static boolean multiplies(GraphFacts facts, NodeDef node) {
    return MULTIPLIES.matcher(node.getOp()).matches()
        || !facts.knows(node)
            && NodeGraph.dataInputs(node).stream().anyMatch(in -> isKernel(facts, in));
  }

  /** What an op without a rule does with a matrix of weights is most likely work. */
  private static boolean isKernel(GraphFacts facts, TensorRef input) {
    return facts.graph().parameterInto(input) != null
        && facts.tensor(input).shape().map(s -> s.rank() > 1).orElse(true);
  }

  private static boolean isKnown(GraphFacts facts, NodeDef node) {
    return Stream.concat(facts.op(node).inputs().stream(), facts.outputs(node).stream().limit(1))
        .map(TensorFacts::shape)
        .allMatch(s -> s.isPresent() && !s.get().dims().contains(Shape.UNKNOWN));
  }
}
