package org.espalier.framework.training;

import org.espalier.framework.data.Normalisation;
import org.espalier.framework.sessions.VariableStore;
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
 */
public record EvaluationGraph(NodeGraph graph, VariableStore variables) {
  /** Feed: uint8 [n, height, width, channels]. */
  public static final String PIXELS = LossNodes.PIXELS;

  /** Feed: int32 [n]. */
  public static final String LABELS = LossNodes.LABELS;

  /** The cross-entropy, summed over the images that are fed. */
  public static final TensorRef LOSS = TensorRef.of(LossNodes.EVAL + LossNodes.LOSS);

  public static EvaluationGraph write(Network network, Normalisation normalisation) {
    GraphBuilder g = new GraphBuilder();
    g.placeholder(PIXELS, DataType.DT_UINT8, network.imageShape());
    g.placeholder(LABELS, DataType.DT_INT32, Shape.of(Shape.UNKNOWN));
    TrainingGraph.copy(g, network, PixelScaling.write(g, PIXELS, normalisation), "");
    LossNodes.labels(g, LossNodes.scores(network).toString(), LossNodes.EVAL);
    VariableStore variables = VariableStore.addTo(g, network.parameters());
    return new EvaluationGraph(g.build(), variables);
  }
}
