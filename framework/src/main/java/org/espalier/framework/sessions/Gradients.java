package org.espalier.framework.sessions;

import java.util.List;
import java.util.stream.IntStream;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.TensorRef;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.proto.GraphDef;

/**
 * A graph with gradients added by TensorFlow.
 *
 * @param graph the old nodes and the new
 * @param of the gradient for each tensor asked for, in that order
 */
record Gradients(GraphDef graph, List<TensorRef> of) {

  /** Differentiates a scalar with respect to each of the tensors. */
  static Gradients add(GraphDef graph, TensorRef scalar, List<TensorRef> tensors) {
    try (Graph g = new Graph()) {
      g.importGraphDef(graph);
      Output<?>[] xs =
          tensors.stream()
              .map(t -> g.operation(t.node()).output(t.output()))
              .toArray(Output<?>[]::new);
      Output<?>[] gradients =
          g.addGradients(g.operation(scalar.node()).output(scalar.output()), xs);
      List<TensorRef> refs =
          IntStream.range(0, xs.length).mapToObj(i -> ref(tensors.get(i), gradients[i])).toList();
      return new Gradients(g.toGraphDef(), refs);
    }
  }

  private static TensorRef ref(TensorRef tensor, Output<?> gradient) {
    if (gradient.isClosed()) {
      throw new BadInputException("the loss does not depend on '" + tensor + "'");
    }
    return new TensorRef(gradient.op().name(), gradient.index());
  }
}
