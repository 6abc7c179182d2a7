package org.espalier.framework.training;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.framework.data.Scaling;
import org.espalier.framework.sessions.Machine;
import org.espalier.framework.sessions.Predictor;
import org.espalier.graphs.Model;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.NodeDef;

/**
 * The scaling that a network does itself, as Keras's layers {@code Rescaling} and {@code
 * Normalization} write it: sums and products with constants before anything else.
 */
public final class InputScaling {
  /** What is scaled for a network is of about 1; so much of 255 pixels may still be a deviation. */
  private static final double LARGEST = 40;

  private static final Set<String> SCALING =
      Set.of("Add", "AddV2", "Sub", "BiasAdd", "Mul", "RealDiv", "Div");

  private static final Set<String> PASSING = Set.of("Identity", "Cast", "EnsureShape");

  private InputScaling() {}

  /**
   * What a network that scales pixels itself is to be fed: {@link Scaling#NONE} if it makes numbers
   * of about 1 from some up to 255, {@link Scaling#UNIT} if from some up to 1.
   *
   * @return nothing if it does not scale them
   */
  public static Optional<Scaling> expected(Model model) {
    Network network = model.network();
    String end = end(network);
    if (end.equals(network.images().node())) {
      return Optional.empty();
    }
    Network scaling = network.withGraph(network.graph(), Map.of(Network.LOGITS, TensorRef.of(end)));
    try (Predictor predictor =
        Predictor.forFewRuns(new Model(scaling, model.weights()), Machine.all())) {
      Shape image = network.imageShape();
      for (int axis = 0; axis < image.rank(); axis++) {
        image = image.dim(axis) < 0 ? image.with(axis, 1) : image;
      }
      float[] dark = predictor.logits(ShapedArray.filled(image, 0)).values();
      float[] bright = predictor.logits(ShapedArray.filled(image, 1)).values();
      double factor = 0;
      for (int i = 0; i < dark.length; i++) {
        factor = Math.max(factor, Math.abs((double) bright[i] - dark[i]));
      }
      boolean isIdle = factor == 1;
      return isIdle
          ? Optional.empty()
          : Optional.of(255 * factor <= LARGEST ? Scaling.NONE : Scaling.UNIT);
    }
  }

  /** The last of the nodes that scale images, one after the other; the images if none does. */
  private static String end(Network network) {
    NodeGraph graph = network.graph();
    String images = network.images().node();
    String end = images;
    String at = images;
    for (List<NodeDef> readers = graph.consumers(at); readers.size() == 1; ) {
      NodeDef node = readers.get(0);
      boolean scales = SCALING.contains(node.getOp()) && isWithConstant(graph, node, at, images);
      if (!scales && !PASSING.contains(node.getOp())) {
        break;
      }
      at = node.getName();
      end = scales ? at : end;
      readers = graph.consumers(at);
    }
    return end;
  }

  private static boolean isWithConstant(NodeGraph graph, NodeDef node, String from, String images) {
    return NodeGraph.dataInputs(node).stream()
        .map(TensorRef::node)
        .filter(input -> !input.equals(from))
        .allMatch(input -> !graph.ancestors(List.of(input)).contains(images));
  }
}
