package org.espalier.framework.sessions;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.espalier.graphs.Attributes;
import org.espalier.graphs.GraphBuilder;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Shape;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Narrow 1x1 convolutions with a stride, as gradients can be taken of them. With AVX-512, oneDNN's
 * gradient for such a kernel (3.5 in TensorFlow 2.18, and that of 2.21 too) writes behind its
 * memory where fewer than 16 channels come in: the process dies, or computes with garbage. The
 * pixels that the stride skips are left out in front instead, which computes the same.
 */
final class StridedKernels {
  /** Channels that oneDNN takes at once. */
  private static final int BLOCK = 16;

  private static final int ALL_AXES = 0b1111;

  private StridedKernels() {}

  /**
   * The same graph without them.
   *
   * @param scalar what is differentiated; nodes that it does not need stay as they are
   */
  static NodeGraph avoided(NodeGraph graph, TensorRef scalar) {
    Set<String> needed = graph.ancestors(List.of(scalar.node()));
    if (graph.nodes().stream().noneMatch(n -> isUnsafe(n, graph))) {
      return graph;
    }
    GraphBuilder g = new GraphBuilder();
    for (NodeDef node : graph.nodes()) {
      g.add(needed.contains(node.getName()) && isUnsafe(node, graph) ? rewritten(g, node) : node);
    }
    return g.build();
  }

  private static boolean isUnsafe(NodeDef node, NodeGraph graph) {
    if (!node.getOp().equals("Conv2D")
        || Attributes.text(node, "padding", "").equals("EXPLICIT")
        || IntStream.of(Attributes.numbers(node, "strides")).allMatch(s -> s == 1)) {
      return false;
    }
    String kernel = graph.parameterBehind(TensorRef.parse(node.getInput(1)));
    return kernel != null
        && Attributes.shape(graph.node(kernel), "shape")
            .filter(StridedKernels::isNarrow)
            .isPresent();
  }

  /** Of a kernel [height, width, in, out]. */
  private static boolean isNarrow(Shape kernel) {
    return kernel.dim(0) == 1 && kernel.dim(1) == 1 && kernel.dim(2) < BLOCK;
  }

  private static NodeDef rewritten(GraphBuilder g, NodeDef conv) {
    String name = OpenGraph.OWN + "strided/" + conv.getName();
    int[] strides = Attributes.numbers(conv, "strides");
    Shape axes = Shape.of(strides.length);
    String all = g.constant(name + "/all", axes, new int[strides.length]);
    String each = g.constant(name + "/strides", axes, strides);
    Map<String, AttrValue> attributes =
        Map.of(
            "T", Attributes.type(DataType.DT_FLOAT),
            "Index", Attributes.type(DataType.DT_INT32),
            "begin_mask", Attributes.number(ALL_AXES),
            "end_mask", Attributes.number(ALL_AXES));
    String pixels = g.add("StridedSlice", name, attributes, conv.getInput(0), all, all, each);
    return conv.toBuilder()
        .setInput(0, pixels)
        .putAttr("strides", Attributes.numbers(1, 1, 1, 1))
        .build();
  }
}
