package org.espalier.graphs.rewrites;

import java.util.Optional;
import java.util.Set;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.espalier.graphs.ops.GraphFacts;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Recognises batch norms that are written out, and biases that are reshaped before they are added.
 */
final class BatchNormPatterns {
  private static final Set<String> ADDS = Set.of("Add", "AddV2");
  private static final Set<String> LAYERS = Set.of("Conv2D", "DepthwiseConv2dNative", "MatMul");

  /** What the sum at the end of a batch norm is made of; empty names for what is missing. */
  record Written(
      TensorRef image,
      String scale,
      String offset,
      String mean,
      String variance,
      float epsilon,
      int channels,
      boolean channelsFirst) {}

  private final Network network;
  private final GraphFacts facts;
  private final NodeGraph index;

  BatchNormPatterns(Network network, GraphFacts facts) {
    this.network = network;
    this.facts = facts;
    this.index = facts.graph();
  }

  private NodeDef behind(NodeDef node, int input) {
    return index.node(TensorRef.nodeOf(node.getInput(input)));
  }

  /** A vector parameter that a tensor holds, perhaps in another shape; or null. */
  private String vector(String tensor) {
    NodeDef node = index.node(TensorRef.nodeOf(tensor));
    if (Set.of("Reshape", "Squeeze", "ExpandDims", "Identity").contains(node.getOp())) {
      return vector(node.getInput(0));
    }
    String name =
        node.getOp().equals("ReadVariableOp")
            ? index.parameterBehind(TensorRef.parse(tensor))
            : null;
    boolean plain =
        name != null
            && network.parameter(name).shape().rank() == 1
            && node.getName().equals(GraphBuilder.readName(name));
    return plain ? name : null;
  }

  Optional<Written> norm(NodeDef sum) {
    if (!ADDS.contains(sum.getOp())) {
      return Optional.empty();
    }
    for (int side = 0; side < 2; side++) {
      NodeDef scaled = behind(sum, side);
      NodeDef shift = behind(sum, 1 - side);
      if (scaled.getOp().equals("Mul") && isOnlyFor(scaled)) {
        for (int image = 0; image < 2; image++) {
          Optional<Written> found =
              norm(sum, TensorRef.parse(scaled.getInput(image)), scaled.getInput(1 - image), shift);
          if (found.isPresent()) {
            return found;
          }
        }
      }
    }
    return Optional.empty();
  }

  private boolean isOnlyFor(NodeDef node) {
    return index.consumers(node.getName()).size() == 1
        && !network.outputNodes().contains(node.getName());
  }

  private Optional<Written> norm(NodeDef sum, TensorRef image, String inverse, NodeDef shift) {
    String scale = "";
    NodeDef root = index.node(TensorRef.nodeOf(inverse));
    if (root.getOp().equals("Mul")) {
      int at = behind(root, 0).getOp().equals("Rsqrt") ? 1 : 0;
      scale = vector(root.getInput(at));
      root = behind(root, 1 - at);
    }
    if (scale == null || !root.getOp().equals("Rsqrt")) {
      return Optional.empty();
    }
    NodeDef spread = behind(root, 0);
    if (!ADDS.contains(spread.getOp())) {
      return Optional.empty();
    }
    int at = behind(spread, 0).getOp().equals("Const") ? 1 : 0;
    String variance = vector(spread.getInput(at));
    Optional<Float> epsilon = scalar(behind(spread, 1 - at));
    String offset = shift.getOp().equals("Sub") ? vector(shift.getInput(0)) : "";
    NodeDef moved =
        switch (shift.getOp()) {
          case "Sub" -> behind(shift, 1);
          case "Neg" -> behind(shift, 0);
          default -> shift;
        };
    boolean shifts = moved != shift && moved.getOp().equals("Mul");
    if (variance == null || epsilon.isEmpty() || offset == null || !shifts) {
      return Optional.empty();
    }
    int by = moved.getInput(0).equals(inverse) ? 0 : 1;
    String mean = moved.getInput(by).equals(inverse) ? vector(moved.getInput(1 - by)) : null;
    int channels = network.parameter(variance).shape().dim(0);
    int axis = axis(sum, image, inverse, channels);
    return mean == null || axis < 0
        ? Optional.empty()
        : Optional.of(
            new Written(image, scale, offset, mean, variance, epsilon.get(), channels, axis == 1));
  }

  /** Along which axis of the image the vectors lie: 1 or 3, or -1 if the op cannot say so. */
  private int axis(NodeDef sum, TensorRef image, String inverse, int channels) {
    Optional<Shape> in = facts.shape(image);
    Optional<Shape> by = facts.shape(TensorRef.parse(inverse));
    Optional<Shape> out = facts.shape(TensorRef.of(sum.getName()));
    if (in.isEmpty() || by.isEmpty() || in.get().rank() != 4 || !in.equals(out)) {
      return -1;
    }
    int rank = by.get().rank();
    if (rank >= 1 && by.get().last() == channels && by.get().elements() == channels) {
      return in.get().dim(3) == channels ? 3 : -1;
    }
    boolean first =
        rank >= 3 && by.get().dim(rank - 3) == channels && by.get().elements() == channels;
    return first && in.get().dim(1) == channels ? 1 : -1;
  }

  private static Optional<Float> scalar(NodeDef node) {
    if (!node.getOp().equals("Const")) {
      return Optional.empty();
    }
    var tensor = node.getAttrOrThrow("value").getTensor();
    if (tensor.getDtype() != DataType.DT_FLOAT
        || Attributes.shape(tensor.getTensorShape()).elements() != 1) {
      return Optional.empty();
    }
    return Optional.of(
        tensor.getTensorContent().isEmpty()
            ? tensor.getFloatValCount() > 0 ? tensor.getFloatVal(0) : 0f
            : tensor
                .getTensorContent()
                .asReadOnlyByteBuffer()
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .getFloat());
  }

  /** The vector that a layer's outputs are shifted by, channel by channel, but not read plainly. */
  Optional<String> bias(NodeDef sum) {
    boolean biasAdd = sum.getOp().equals("BiasAdd");
    if (!biasAdd && !ADDS.contains(sum.getOp())) {
      return Optional.empty();
    }
    String bias = vector(sum.getInput(1));
    NodeDef layer = behind(sum, 0);
    if (bias == null || !LAYERS.contains(layer.getOp())) {
      return Optional.empty();
    }
    if (biasAdd) {
      boolean plainly = sum.getInput(1).equals(GraphBuilder.readName(bias));
      return plainly ? Optional.empty() : Optional.of(bias);
    }
    Shape by = facts.shape(TensorRef.parse(sum.getInput(1))).orElse(Shape.of());
    Shape out = facts.shape(TensorRef.parse(sum.getInput(0))).orElse(Shape.of());
    int axis = Attributes.text(layer, "data_format", "NHWC").equals("NCHW") ? 1 : out.rank() - 1;
    int own = axis - (out.rank() - by.rank());
    int channels = network.parameter(bias).shape().dim(0);
    boolean along =
        own >= 0 && by.rank() <= out.rank() && by.dim(own) == channels && by.elements() == channels;
    return along && out.dim(axis) == channels ? Optional.of(bias) : Optional.empty();
  }
}
