package org.espalier.graphs.rewrites;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.BadInputException;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.Weights;
import org.tensorflow.proto.NodeDef;

/**
 * A layer, and what shifts and scales its channels one by one right behind it: biases, batch norm.
 * Each node is read by the next one alone, so what is multiplied into the last one may as well be
 * multiplied into the layer.
 *
 * @param steps behind the layer, in the order of the data; perhaps none
 */
record LayerChain(NodeDef layer, List<NodeDef> steps) {
  private static final Set<String> LAYERS = Set.of("Conv2D", "DepthwiseConv2dNative", "MatMul");
  private static final Set<String> NORMS =
      Set.of("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3");

  /** What only changes the rank of the tensor between a dense layer and its batch norm. */
  private static final Set<String> SHAPES = Set.of("ExpandDims", "Squeeze");

  static boolean isLayer(NodeDef node) {
    return LAYERS.contains(node.getOp()) && !Attributes.flag(node, "transpose_b", false);
  }

  static boolean isNorm(NodeDef node) {
    return NORMS.contains(node.getOp());
  }

  private static boolean isStep(NodeDef node) {
    return node.getOp().equals("BiasAdd") || isNorm(node) || SHAPES.contains(node.getOp());
  }

  /** The chain that begins with a layer, as long as it is. */
  static LayerChain behind(Network network, NodeDef layer) {
    NodeGraph graph = network.graph();
    List<NodeDef> steps = new ArrayList<>();
    NodeDef at = layer;
    while (feedsOne(network, at)) {
      NodeDef next = graph.consumers(at.getName()).get(0);
      boolean reads = TensorRef.parse(next.getInput(0)).equals(TensorRef.of(at.getName()));
      if (!isStep(next) || !reads) {
        break;
      }
      steps.add(next);
      at = next;
    }
    return new LayerChain(layer, List.copyOf(steps));
  }

  /** The chain that ends with a tensor, if one does and it is read by one node alone. */
  static Optional<LayerChain> endingAt(Network network, TensorRef end) {
    NodeGraph graph = network.graph();
    List<NodeDef> steps = new ArrayList<>();
    NodeDef at = graph.node(end.node());
    while (end.output() == 0 && feedsOne(network, at)) {
      if (isLayer(at)) {
        return Optional.of(new LayerChain(at, List.copyOf(steps)));
      }
      if (!isStep(at)) {
        break;
      }
      steps.add(0, at);
      at = graph.node(TensorRef.nodeOf(at.getInput(0)));
    }
    return Optional.empty();
  }

  private static boolean feedsOne(Network network, NodeDef node) {
    return network.graph().consumers(node.getName()).size() == 1
        && !network.outputNodes().contains(node.getName());
  }

  /** Where the chain ends. */
  TensorRef end() {
    return TensorRef.of(last().getName());
  }

  private NodeDef last() {
    return steps.isEmpty() ? layer : steps.get(steps.size() - 1);
  }

  /** The batch norms and biases, without what changes the rank. */
  List<NodeDef> shifts() {
    return steps.stream().filter(step -> !SHAPES.contains(step.getOp())).toList();
  }

  /** The parameter that a node reads at an input, if no other node reads it. */
  static Optional<String> own(NodeGraph graph, NodeDef node, int input) {
    TensorRef ref = TensorRef.parse(node.getInput(input));
    String parameter = graph.parameterBehind(ref);
    if (parameter == null) {
      return Optional.empty();
    }
    NodeDef at = graph.node(ref.node());
    while (!at.getName().equals(parameter)) {
      if (graph.consumers(at.getName()).size() != 1) {
        return Optional.empty();
      }
      at = graph.node(TensorRef.nodeOf(at.getInput(0)));
    }
    return graph.consumers(parameter).size() == 1 ? Optional.of(parameter) : Optional.empty();
  }

  /**
   * What each channel is behind the chain, at every pixel, where the layer makes zeros of it: a
   * filter of zeros is not silent, for bias and batch norm shift it.
   */
  double[] ofZeros(NodeGraph graph, Weights weights, int channels) {
    double[] at = new double[channels];
    for (NodeDef step : shifts()) {
      float[] first = vector(graph, weights, step, 1);
      if (!isNorm(step)) {
        Arrays.setAll(at, c -> at[c] + first[c]);
        continue;
      }
      float[] offset = vector(graph, weights, step, 2);
      float[] mean = vector(graph, weights, step, 3);
      float[] variance = vector(graph, weights, step, 4);
      double epsilon = Attributes.real(step, "epsilon", FoldBatchNorm.DEFAULT_EPSILON);
      Arrays.setAll(
          at, c -> (at[c] - mean[c]) * first[c] / Math.sqrt(variance[c] + epsilon) + offset[c]);
    }
    return at;
  }

  private static float[] vector(NodeGraph graph, Weights weights, NodeDef node, int input) {
    return vector(graph, node, input)
        .map(parameter -> weights.get(parameter).values())
        .orElseThrow(
            () ->
                new BadInputException(
                    "'" + node.getName() + "' reads something that is no parameter"));
  }

  /**
   * The vector that a node reads at an input, perhaps in another shape; empty if it is computed.
   */
  static Optional<String> vector(NodeGraph graph, NodeDef node, int input) {
    TensorRef at = TensorRef.parse(node.getInput(input));
    while (Set.of("Reshape", "Squeeze", "ExpandDims").contains(graph.node(at.node()).getOp())) {
      at = TensorRef.parse(graph.node(at.node()).getInput(0));
    }
    return Optional.ofNullable(graph.parameterBehind(at));
  }
}
