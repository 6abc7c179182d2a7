package org.espalier.framework.sessions;

import java.util.List;
import java.util.stream.IntStream;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.TensorRef;
import org.tensorflow.Graph;
import org.tensorflow.Output;

/**
 * A graph with gradients added by TensorFlow.
 *
 * @param graph the old nodes and the new
 * @param of the gradient for each tensor asked for, in that order
 */
public record Gradients(NodeGraph graph, List<TensorRef> of) {

  /**
   * Differentiates a scalar with respect to each of the tensors.
   *
   * @throws BadInputException if an op on the way has no gradient
   */
  public static Gradients add(NodeGraph graph, TensorRef scalar, List<TensorRef> tensors) {
    TensorFlowRuntime.load();
    QuantiserGradients.tell();
    try (Graph g = SafeKernels.taken(graph)) {
      Output<?>[] xs =
          tensors.stream()
              .map(t -> g.operation(t.node()).output(t.output()))
              .toArray(Output<?>[]::new);
      Output<?>[] gradients = add(graph, g, g.operation(scalar.node()).output(scalar.output()), xs);
      List<TensorRef> refs =
          IntStream.range(0, xs.length).mapToObj(i -> ref(tensors.get(i), gradients[i])).toList();
      return new Gradients(new NodeGraph(g.toGraphDef()), refs);
    }
  }

  private static Output<?>[] add(
      NodeGraph nodes, Graph graph, Output<?> scalar, Output<?>[] tensors) {
    try {
      return graph.addGradients(scalar, tensors);
    } catch (RuntimeException e) {
      throw TensorFlowRuntime.isRefusal(e) || e instanceof IllegalArgumentException
          ? new BadInputException(
              "the network cannot be trained"
                  + loop(nodes)
                  + "; TensorFlow says: "
                  + TensorFlowRuntime.line(e),
              e)
          : e;
    }
  }

  /** The most likely reason: TensorFlow has no gradients of loops and branches here. */
  private static String loop(NodeGraph nodes) {
    return nodes.nodes().stream()
        .filter(n -> n.containsAttr(NodeGraph.FUNCTIONS))
        .findFirst()
        .map(n -> ": gradients do not pass loops and branches such as '" + n.getName() + "'")
        .orElse("");
  }

  private static TensorRef ref(TensorRef tensor, Output<?> gradient) {
    if (gradient.isClosed()) {
      throw new BadInputException("the loss does not depend on '" + tensor + "'");
    }
    return new TensorRef(gradient.op().name(), gradient.index());
  }
}
