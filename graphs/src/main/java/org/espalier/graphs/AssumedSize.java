package org.espalier.graphs;

import java.util.Set;
import java.util.stream.IntStream;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** The size of images to reckon with, where a network takes any. */
final class AssumedSize {
  private AssumedSize() {}

  static NodeGraph write(NodeGraph graph, Set<String> inputs, int height, int width) {
    GraphDef.Builder changed = graph.def().toBuilder();
    for (NodeDef.Builder node : changed.getNodeBuilderList()) {
      boolean fed = inputs.contains(node.getName()) && node.getOp().equals("Placeholder");
      Shape shape = fed ? Attributes.shape(node.build(), "shape").orElse(Shape.of()) : Shape.of();
      if (shape.rank() == 4) {
        int r = rowAxis(shape);
        int rows = Shape.isOpen(shape.dim(r)) ? height : shape.dim(r);
        int columns = Shape.isOpen(shape.dim(r + 1)) ? width : shape.dim(r + 1);
        node.putAttr(Network.ASSUMED, Attributes.shape(shape.with(r, rows).with(r + 1, columns)));
      }
      node.removeAttr(Network.TOLD); // of images of another size
    }
    return new NodeGraph(changed.build());
  }

  static NodeGraph remove(NodeGraph graph) {
    GraphDef.Builder changed = graph.def().toBuilder();
    for (NodeDef.Builder node : changed.getNodeBuilderList()) {
      node.removeAttr(Network.ASSUMED).removeAttr(Network.TOLD);
    }
    return new NodeGraph(changed.build());
  }

  /** Whether an input takes images of any size. */
  static boolean isOpen(NodeGraph graph, Set<String> inputs) {
    return graph.nodes().stream()
        .filter(n -> inputs.contains(n.getName()))
        .flatMap(n -> Attributes.shape(n, "shape").stream())
        .anyMatch(s -> s.rank() == 4 && isOpen(s, rowAxis(s)));
  }

  private static boolean isOpen(Shape images, int rows) {
    return IntStream.of(rows, rows + 1).anyMatch(a -> Shape.isOpen(images.dim(a)));
  }

  /** Where the rows of images of any size are: where their channels are is known. */
  private static int rowAxis(Shape images) {
    return !Shape.isOpen(images.dim(1)) && Shape.isOpen(images.dim(3)) ? 2 : 1;
  }
}
