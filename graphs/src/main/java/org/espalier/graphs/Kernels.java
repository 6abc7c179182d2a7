package org.espalier.graphs;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/** Which ops read a kernel, by TensorFlow's names, and of which kind it is. */
public final class Kernels {
  /** They slide a window, and read its kernel second. */
  private static final Map<String, ParameterKind> WINDOWS =
      Map.of(
          "Conv2D", ParameterKind.CONV_KERNEL,
          "Conv3D", ParameterKind.CONV_KERNEL,
          "Conv2DBackpropInput", ParameterKind.CONV_KERNEL,
          "Conv3DBackpropInputV2", ParameterKind.CONV_KERNEL,
          "DepthwiseConv2dNative", ParameterKind.DEPTHWISE_KERNEL,
          "DepthwiseConv2dNativeBackpropInput", ParameterKind.DEPTHWISE_KERNEL);

  /** Each of what they read may be a kernel; the second usually is. */
  private static final Set<String> PRODUCTS =
      Set.of("MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum");

  /** Their kernels are those of the convolution that they turn round: outputs first. */
  private static final Set<String> TURNED = Set.of("Conv2DBackpropInput", "Conv3DBackpropInputV2");

  private Kernels() {}

  /**
   * For each kernel the axis along which the channels lie that its layer reads: the last but one,
   * or the last of transposed convolutions and of matrices that are read transposed. A kernel with
   * several readers has the axis of the first. Of contractions by letters it is not known.
   */
  public static Map<String, Integer> inputAxes(Network network) {
    Map<String, Integer> axes = new HashMap<>();
    for (NodeDef node : network.graph().nodes()) {
      if (kind(node).isPresent() && !node.getOp().equals("Einsum")) {
        String kernel = network.graph().parameterBehind(TensorRef.parse(node.getInput(1)));
        if (kernel != null) {
          int rank = network.parameter(kernel).shape().rank();
          axes.putIfAbsent(kernel, readsLast(node) ? rank - 1 : rank - 2);
        }
      }
    }
    return axes;
  }

  private static boolean readsLast(NodeDef node) {
    return TURNED.contains(node.getOp())
        || Attributes.flag(node, "transpose_b", false)
        || Attributes.flag(node, "adj_y", false);
  }

  /** Whether a node is a convolution of any kind. */
  public static boolean slides(NodeDef node) {
    return WINDOWS.containsKey(node.getOp());
  }

  /** Whether a node is a product of tensors, of which each may be a kernel. */
  public static boolean multiplies(NodeDef node) {
    return PRODUCTS.contains(node.getOp());
  }

  /** What a parameter is that a node reads second, if that is where it reads its kernel. */
  public static Optional<ParameterKind> kind(NodeDef node) {
    return multiplies(node)
        ? Optional.of(ParameterKind.DENSE_KERNEL)
        : Optional.ofNullable(WINDOWS.get(node.getOp()));
  }
}
