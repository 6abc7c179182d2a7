package org.espalier.framework.training;

import org.espalier.framework.sessions.VariableStore;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.DataType;

/**
 * A network as it is, in inference form, with raw pixels and labels to feed and the loss that
 * labels give. The network's own nodes keep their names.
 *
 * @param variables to set the network's parameters
 * @param scores what the loss reads of the network: logits, [n, count]
 * @param count how many scores an image has
 */
public record EvaluationGraph(
    NodeGraph graph, VariableStore variables, TensorRef scores, int count) {
  /** Feed: uint8 [n, height, width, channels]. */
  public static final String PIXELS = LossNodes.PIXELS;

  /** Feed: int32 [n]. */
  public static final String LABELS = LossNodes.LABELS;

  /** The cross-entropy, summed over the images that are fed. */
  public static final TensorRef LOSS = TensorRef.of(LossNodes.EVAL + LossNodes.LOSS);

  /**
   * @throws BadInputException if the network's output is not scores of the classes that are fed
   */
  public static EvaluationGraph write(Network network, Feed feed) {
    Answers answers = Answers.of(network);
    answers.check(network, feed);
    GraphBuilder g = new GraphBuilder();
    g.placeholder(PIXELS, DataType.DT_UINT8, network.imageShape());
    g.placeholder(LABELS, DataType.DT_INT32, Shape.of(Shape.UNKNOWN));
    TrainingGraph.copy(g, network, PixelScaling.write(g, PIXELS, feed.scaling()), "");
    String logits = LossNodes.logits(g, answers, "", LossNodes.EVAL);
    LossNodes.labels(g, answers, logits, LossNodes.EVAL);
    VariableStore variables = VariableStore.addTo(g, network.parameters());
    return new EvaluationGraph(g.build(), variables, TensorRef.parse(logits), answers.count());
  }
}
